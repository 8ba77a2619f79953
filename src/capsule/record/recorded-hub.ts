import type {LogItem} from '../../events'
import type {ConnHub} from '../../hub'
import {eventSources} from '../../hub-host'
import type {Source} from '../../util/stream'
import {readable} from '../../util/stream'
import {argOfCommand, commands} from '../format/commands'
import type {CallLine} from '../format/lines'
import {runOutside} from '../machine/context'
import type {Callable} from '../machine/world'
import type {Carried} from './crossings'
import type {Membrane} from './membrane'

interface Performer {
  readonly membrane: Membrane
  perform(line: CallLine, real: Callable, self: unknown, args: readonly unknown[]): unknown
  call(of: string, real: Callable, self: unknown, args: readonly unknown[]): unknown
}

/** The hubs that the plugin made, or was given: its commands, and the log of the first. */
export class HubRecorder {
  readonly #performer: Performer
  readonly #write: (event: LogItem) => void
  readonly #hubs: object[] = []

  constructor(performer: Performer, write: (event: LogItem) => void) {
    this.#performer = performer
    this.#write = write
  }

  /** What the plugin gets for a hub. From now on its events are recorded. */
  carry(value: object): Carried {
    const hub = value as ConnHub
    const {membrane} = this.#performer
    const n = this.#hubs.push(hub)
    const id = membrane.nextId()
    if (n === 1) {
      this.#write(hub.checkpoint())
      eventSources.get(hub)?.onApplied((event) => this.#write(event))
    }
    const methods = new Map<string, unknown>()
    const inner = new Proxy(Object.create(Object.getPrototypeOf(hub)), {
      get: (target, key) => {
        if (typeof key === 'symbol') return Reflect.get(target, key)
        if (!methods.has(key)) methods.set(key, this.#method(hub, n, id, key))
        return methods.get(key)
      },
    })
    return membrane.know(hub, inner, {$: 'hub', id, n})
  }

  /**
   * A stream of the hub's is read as a source, also where the plugin reads it by `for await`: whichever way it is
   * read, the same is recorded.
   */
  #stream(stream: unknown): unknown {
    const {membrane} = this.#performer
    const id = membrane.nextId()
    const source = (...args: unknown[]) => this.#performer.call(`${id}`, stream as Callable, undefined, args)
    membrane.know(stream as object, readable(source as Source<unknown>), {$: 'stream', id})
    return stream
  }

  #method(hub: ConnHub, n: number, id: number, name: string): unknown {
    const field: unknown = Reflect.get(hub, name)
    if (typeof field !== 'function' || name === 'constructor') return field
    const real = field as Callable
    // What the log tells need not be told twice.
    if (n === 1 && name === 'getState') return (address: string) => runOutside(() => hub.getState(address))
    if (n === 1 && name === 'entries') return () => runOutside(() => hub.entries())
    const isStream = ['listen', 'liveEntries', 'log'].includes(name)
    return (...args: unknown[]) =>
      this.#performer.perform(
        commands.has(name)
          ? {plugin: 'command', of: name, args: args.slice(0, 2).map(argOfCommand), ...(n > 1 && {hub: n})}
          : {plugin: 'call', of: `${id}.${name}`},
        isStream ? (...given) => this.#stream(Reflect.apply(real, hub, given)) : real,
        hub,
        args,
      )
  }
}
