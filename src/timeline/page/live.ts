import {EventStream, piecesOf} from './event-stream'
import {GrowingLog} from './growing-log'

/** How long to wait before it connects again, in ms: longer each time that it fails. */
const [shortestWait, longestWait] = [250, 5000]

/** What is told of a hub that runs. */
export interface LiveListener {
  /** The log has grown, or begun anew. */
  readonly onLog: (log: GrowingLog) => void
  readonly onStatus: (status: string) => void
}

/** Follows the log of the hub that serves this page, and connects again where the connection is lost. */
export async function followHub(token: string, listener: LiveListener): Promise<void> {
  const hub = new LiveHub(token, listener)
  for (let wait = shortestWait; ; wait = Math.min(2 * wait, longestWait)) {
    try {
      const end = await hub.follow(() => {
        wait = shortestWait / 2
      })
      if (end !== undefined) return listener.onStatus(end)
    } catch {
      // Whatever it was, it is tried again.
    }
    listener.onStatus('not connected: trying again')
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

class LiveHub {
  readonly #token: string
  readonly #listener: LiveListener
  #log = new GrowingLog('live')
  /** That of the last event which is in the log. */
  #lastId = ''

  constructor(token: string, listener: LiveListener) {
    this.#token = token
    this.#listener = listener
  }

  /** Follows it until the connection ends. Returns why, where there is nothing more to come. */
  async follow(onConnected: () => void): Promise<string | undefined> {
    const headers = {authorization: `Bearer ${this.#token}`, 'last-event-id': this.#lastId}
    const {ok, status, body} = await fetch('/log', {headers, cache: 'no-store'})
    if (status === 401) {
      return 'this page is not let in: open the whole address that your program gives, with the token in it'
    }
    if (!ok || !body) return undefined
    onConnected()
    this.#listener.onStatus('live')
    const stream = new EventStream()
    for await (const bytes of piecesOf(body)) {
      const events = stream.push(bytes)
      this.#take(events.filter(({type}) => type === ''))
      for (const {type, data} of events) {
        if (type === 'hub') this.#log.id ??= JSON.parse(data).id
        if (type === 'closed') return 'the hub was closed'
      }
    }
    return undefined
  }

  #take(events: readonly {readonly id: string; readonly data: string}[]): void {
    const last = events.at(-1)
    if (!last) return
    try {
      this.#log.push(events.map(({data}) => JSON.parse(data)))
      this.#lastId = last.id
    } catch (error) {
      // A replayed hub can go back: then its log begins anew.
      this.#log = new GrowingLog('live')
      this.#lastId = ''
      throw error
    }
    this.#listener.onLog(this.#log)
  }
}
