import {connect, type Socket} from 'node:net'
import {setTimeout as pause} from 'node:timers/promises'
import {startServer} from '../real/sockets'

export type Direction = 'to the server' | 'to the client'

/** What a proxy does to the bytes of one connection. */
export interface Treatment {
  /** Cuts the connection after so many bytes in this direction. */
  readonly cutAt?: {readonly direction: Direction; readonly byte: number; readonly how: 'end' | 'reset'}
  /** Changes this byte. */
  readonly corrupt?: {readonly direction: Direction; readonly byte: number}
  /** Sends each byte by itself. */
  readonly split?: boolean
  /** Holds each piece back for so many ms. */
  readonly delay?: number
}

/** A proxy to a port on loopback that is not good for what goes through it. */
export async function startBadProxy(target: number) {
  let treatment: Treatment = {}
  let isSilent = false
  const pairs = new Set<[Socket, Socket]>()
  const {port, sockets} = await startServer((client) => {
    const server = connect({port: target, host: '127.0.0.1', noDelay: true})
    const pair: [Socket, Socket] = [client, server]
    pairs.add(pair)
    for (const [socket, other] of [pair, [server, client] as const]) {
      socket.setNoDelay(true)
      socket
        .on('error', () => {})
        .on('close', () => {
          pairs.delete(pair)
          if (!isSilent) other.destroy()
        })
    }
    forward(client, server, 'to the server', treatment)
    forward(server, client, 'to the client', treatment)
  })

  function forward(
    from: Socket,
    to: Socket,
    direction: Direction,
    {cutAt, corrupt, split, delay}: Treatment,
  ) {
    let passed = 0
    let latest: Promise<unknown> = Promise.resolve()
    from.on('data', (data) => {
      if (isSilent) return
      const end = cutAt?.direction === direction ? cutAt.byte - passed : data.length
      const bytes = Buffer.from(data.subarray(0, Math.max(0, end)))
      const odd = corrupt?.direction === direction ? corrupt.byte - passed : -1
      if (odd >= 0 && odd < bytes.length) bytes.writeUInt8(bytes.readUInt8(odd) ^ 1, odd)
      passed += data.length
      const send = async () => {
        if (delay) await pause(delay)
        if (split) for (const byte of bytes) to.write(Buffer.of(byte))
        else to.write(bytes)
        if (cutAt?.direction === direction && end <= data.length) cut(from, to, cutAt.how)
      }
      latest = latest.then(send)
    })
  }

  return {
    port,
    sockets,
    /** What is done to the connections that come from now on. */
    treat(next: Treatment) {
      treatment = next
    },
    /** From now on, nothing goes through, and nobody is told. */
    fallSilent() {
      isSilent = true
    },
    /** Resets every connection, at both ends. */
    resetAll() {
      for (const [client, server] of [...pairs]) cut(client, server, 'reset')
    },
  }
}

function cut(a: Socket, b: Socket, how: 'end' | 'reset'): void {
  for (const socket of [a, b]) {
    if (how === 'reset') socket.resetAndDestroy()
    else socket.destroySoon()
  }
}
