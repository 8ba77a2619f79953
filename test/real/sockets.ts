import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {networkInterfaces} from 'node:os'
import {onTestFinished} from 'vitest'

export function hasIPv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({address}) => address === '::1'))
}

/** A port that nobody listens on, chosen by the operating system. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  const port = await listen(server, host)
  server.close()
  await once(server, 'close')
  return port
}

/** A server that accepts connections, and never says a word, until the test ends. */
export async function startSilentServer() {
  const {port, sockets} = await startServer((socket) => socket.resume())
  return {
    port,
    sockets,
    /** Drops every connection. */
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** A proxy to a port on loopback. While it holds, what comes in waits. */
export async function startProxy(target: number, {holds = false} = {}) {
  const held: (() => void)[] = []
  const {port, sockets} = await startServer((socket) => {
    const onward = connect(target, '127.0.0.1')
    tie(socket, onward)
    const forward = () => {
      socket.pipe(onward)
      onward.pipe(socket)
    }
    if (holds) held.push(forward)
    else forward()
  })
  return {
    port,
    sockets,
    /** Lets one of the connections through that are held: the oldest, unless told otherwise. */
    release(which = 0) {
      held.splice(which, 1)[0]?.()
    },
  }
}

/** When one end is gone, so is the other. */
function tie(a: Socket, b: Socket): void {
  a.on('error', () => {}).on('close', () => b.destroy())
  b.on('error', () => {}).on('close', () => a.destroy())
}

export async function startServer(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  const port = await listen(server, '127.0.0.1')
  onTestFinished(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  return {port, sockets}
}

async function listen(server: Server, host: string): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
