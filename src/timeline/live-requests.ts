import {createHash, timingSafeEqual} from 'node:crypto'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Recordable} from '../log-file/record-log'
import {livePage} from './live-page'
import {sendLog} from './send-log'

const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
}

/** What the server of a timeline answers: the page to everybody on this machine, the log to who has the token. */
export class LiveRequests {
  /** What a request must say that it asks: another name may lead here too, but then the page is not ours. */
  host: string | undefined
  readonly #hub: Recordable
  readonly #secret: Buffer

  constructor(hub: Recordable, token: string) {
    this.#hub = hub
    this.#secret = hashOf(`Bearer ${token}`)
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    // A connection that breaks is nobody's error: the page connects again.
    response.on('error', () => {})
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const {method, url, headers: asked} = request
    if (asked.host !== this.host) return refuse(response, 403, 'There is no such host here.')
    if (method !== 'GET') return refuse(response, 405, 'There is only GET here.')
    if (url === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(livePage())
    } else if (url === '/log') this.#sendLog(request, response)
    else refuse(response, 404, 'There is nothing here.')
  }

  #sendLog(
    {headers: {authorization = '', 'last-event-id': after}}: IncomingMessage,
    response: ServerResponse,
  ) {
    if (!timingSafeEqual(hashOf(authorization), this.#secret)) {
      return refuse(response, 401, 'The token is not that of this server.')
    }
    response.writeHead(200, {'content-type': 'text/event-stream'})
    sendLog(this.#hub, String(after ?? ''), response).catch(() => response.destroy())
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, {'content-type': 'text/plain; charset=utf-8'}).end(`${why}\n`)
}

/** All are as long as each other. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
