/** Reads the two streams of a hub: shows what they tell, and compares it with what was expected. */
import pull from 'pull-stream'
import {DemoError, inTime} from './errors.mjs'

export class Watch {
  #hub
  #names
  #heard = []
  #sinks
  #wake = () => {}
  /** Which of the two streams have ended. */
  ended = []
  /** The latest `connected` event of each peer, by name. */
  connected = new Map()

  constructor(hub, names, screen) {
    this.#hub = hub
    this.#names = names
    const events = pull.drain(
      (event) => {
        screen.event(event)
        this.#hear(event)
      },
      () => this.ended.push('listen'),
    )
    const tables = pull.drain(
      (entries) => screen.table(entries),
      () => this.ended.push('liveEntries'),
    )
    pull(hub.listen(), events)
    pull(hub.liveEntries(), tables)
    this.#sinks = [events, tables]
  }

  /** Reads no more. */
  stop() {
    for (const sink of this.#sinks) sink.abort()
  }

  /** Waits until these events came, such as 'connected Bob', in this order and without others between. */
  async expect(...expected) {
    for (const event of expected) {
      if (this.#heard.length === 0) await this.#nextEvent(event)
      const heard = this.#heard.shift()
      if (heard !== event) throw new DemoError(`expected the event "${event}", but "${heard}" came`)
    }
  }

  /** Events that came, and were not expected yet. */
  get pending() {
    return this.#heard
  }

  /** Checks that all is quiet, and that the table is this one, such as ['Bob connected']. */
  assertRest(table) {
    if (this.#heard.length > 0) throw new DemoError(`did not expect the event "${this.#heard[0]}"`)
    const actual = this.#table.join(', ')
    const expected = table.join(', ')
    if (actual !== expected) throw new DemoError(`expected the table "${expected}", but it is "${actual}"`)
  }

  get #table() {
    if (this.ended.length > 0) return []
    return [...this.#hub.entries()].map(([, {key, state}]) => `${this.#names.of(key)} ${state}`)
  }

  #hear(event) {
    const name = this.#names.of(event.key)
    if (event.type === 'connected') this.connected.set(name, event.details)
    this.#heard.push(`${event.type} ${name}`)
    this.#wake()
  }

  #nextEvent(event) {
    const next = new Promise((resolve) => {
      this.#wake = resolve
    })
    return inTime(next, `the event "${event}"`)
  }
}
