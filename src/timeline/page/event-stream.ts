/** A server-sent event. */
export interface ServerEvent {
  readonly type: string
  readonly id: string
  readonly data: string
}

/** Reads server-sent events out of the pieces of a stream, as far as our own server writes them: a line of data each. */
export class EventStream {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #event = {type: '', id: '', data: ''}

  /** The events that are whole now. */
  push(bytes: Uint8Array): ServerEvent[] {
    const text = this.#decoder.decode(bytes, {stream: true})
    const events: ServerEvent[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = this.#rest + text.slice(start, end)
      this.#rest = ''
      start = end + 1
      if (line === '') {
        events.push(this.#event)
        this.#event = {type: '', id: '', data: ''}
      } else if (line.startsWith('data: ')) this.#event.data = line.slice(6)
      else if (line.startsWith('id: ')) this.#event.id = line.slice(4)
      else if (line.startsWith('event: ')) this.#event.type = line.slice(7)
    }
    this.#rest += text.slice(start)
    return events
  }
}

/** The pieces of a stream. Not every browser iterates over one. */
export async function* piecesOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const {done, value} = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // What is left is not wanted. It may have failed: then nothing is.
    await reader.cancel().catch(() => {})
  }
}
