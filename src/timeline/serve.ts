import {randomBytes} from 'node:crypto'
import type {Server} from 'node:http'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Recordable} from '../log-file/record-log'
import {invalidOption} from '../values/errors'
import {LiveRequests} from './live-requests'

/** Only programs of this machine reach it. */
const host = '127.0.0.1'

/** How a timeline is served. */
export interface ServeOptions {
  /** The port on 127.0.0.1. Default: 0, which is one that is free. */
  readonly port?: number
  /**
   * The secret without which nobody is told anything of the log: 32 letters or digits at least (also `-` and `_`).
   * Default: a random one. Give one, and a port, where open pages are to go on after your program was restarted.
   */
  readonly token?: string
}

/**
 * Serves the timeline of a hub, live: the page shows what the hub's memory still has from before, and then every event
 * as it happens. It listens on 127.0.0.1 only, and answers who knows the token in the URL.
 *
 * The hub does not wait for the pages, and hears of no error. A page that does not keep up is sent nothing until it
 * reads again; where the hub's memory has dropped events by then, the page says how many are missing. After a crash of
 * the connection or of the server, the page goes on where it was. It does not keep the process running.
 *
 * @returns a promise of the server, once it listens. Rejects with ERR_INVALID_OPTION, or with the error of the network.
 */
export async function serveTimeline(
  hub: Recordable,
  {port = 0, token = randomBytes(24).toString('base64url')}: ServeOptions = {},
): Promise<TimelineServer> {
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw invalidOption('port', port, 'the number of a port, or 0')
  }
  if (!(typeof token === 'string' && /^[\w-]{32,}$/.test(token))) {
    throw invalidOption('token', undefined, 'a secret of 32 letters or digits at least')
  }
  const requests = new LiveRequests(hub, token)
  const server = createServer((request, response) => requests.answer(request, response))
  server.on('connection', (socket) => socket.unref())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({host, port, exclusive: true}, resolve)
  })
  // From now on, an error is that of one connection, which was not accepted.
  server.on('error', () => {})
  server.unref()
  const {port: given} = server.address() as AddressInfo
  requests.host = given === 80 ? host : `${host}:${given}`
  return new TimelineServer(server, `http://${requests.host}/#token=${token}`)
}

/** A timeline that is served, as `serveTimeline()` begins it. */
export class TimelineServer {
  /** The page, with the token in its fragment: who has it can read the log. */
  readonly url: string
  readonly #server: Server

  constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  /** Ends it, and the connections of all pages. Resolves when that is done; it may be called again. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}
