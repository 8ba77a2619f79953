import type {Json} from '../../entry'
import {ConnHub} from '../../hub'
import type {HubHost} from '../../hub-host'
import {hubHost} from '../../hub-host'
import {readable} from '../../util/stream'
import {commands} from '../format/commands'
import type {Own} from '../format/lines'
import {blankFunction, nameOf} from '../format/properties'
import type {Tagged} from '../format/values'
import {isObject, isPlain, readLeaf} from '../format/values'

/** Who answers what the plugin asks of a stand-in. */
export interface Answers {
  read(of: string): unknown
  call(of: string, args: readonly unknown[]): unknown
  command(hub: number, name: string, args: readonly unknown[]): unknown
  own(own: Own): unknown
  getState(address: unknown): unknown
  entries(): unknown
  readonly host: HubHost
}

interface Settler {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** What the plugin gets in a replay for what was live: it answers from the recording. A number always gives the same. */
export class StandIns {
  /** How to settle the promises that the plugin was given. */
  readonly settlers = new Map<number, Settler>()
  readonly #answers: Answers
  readonly #all = new Map<number, object>()
  readonly #ids = new WeakMap<object, number>()

  constructor(answers: Answers) {
    this.#answers = answers
  }

  /** The number of what is live. */
  idOf(value: object): number | undefined {
    return this.#ids.get(value)
  }

  /** A value as the plugin got it. */
  read(recorded: Json): unknown {
    if (typeof recorded !== 'object' || recorded === null) return recorded
    if (Array.isArray(recorded)) return recorded.map((field) => this.read(field))
    if ('$' in recorded) return this.#readTagged(recorded as Tagged)
    return this.#readFields(recorded as {readonly [name: string]: Json})
  }

  #readFields(fields: {readonly [name: string]: Json}): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(fields)) object[name] = this.read(field)
    return object
  }

  #readTagged(tagged: Tagged): unknown {
    const {$: kind, id, of = null} = tagged
    const leaf = readLeaf(tagged)
    if (leaf) return leaf.value
    switch (kind) {
      case 'plain':
        return this.#readFields(of as {readonly [name: string]: Json})
      case 'frozen':
        return this.#freeze(this.read(of))
      case 'map':
        return new Map(this.read(of) as [unknown, unknown][])
      case 'set':
        return new Set(this.read(of) as unknown[])
      case 'secret':
        return 'secret'
      case 'own':
        return this.#answers.own(of as unknown as Own)
      default:
        return this.#standIn(Number(id), kind, Number(tagged.n))
    }
  }

  #standIn(id: number, kind: string, n: number): object {
    const known = this.#all.get(id)
    if (known) return known
    const made = this.#make(id, kind, n)
    this.#all.set(id, made)
    this.#ids.set(made, id)
    return made
  }

  #make(id: number, kind: string, n: number): object {
    switch (kind) {
      case 'promise':
        return this.#promise(id)
      case 'hub':
        return this.#hub(id, n)
      case 'stream':
        return readable((...args) => void this.#answers.call(`${id}`, args))
      default:
        return this.#proxy(id, kind === 'function')
    }
  }

  #promise(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.settlers.set(id, {resolve, reject})
    })
  }

  #proxy(id: number, isFunction: boolean): object {
    const answers = this.#answers
    const changed = new Map<PropertyKey, unknown>()
    const standIn: object = new Proxy<object>(isFunction ? blankFunction() : {}, {
      get: (_target, key) => {
        if (key === hubHost) return answers.host
        if (changed.has(key)) return changed.get(key)
        const name = nameOf(key)
        if (name === undefined || name === 'then') return undefined
        if (isFunction && name in Function.prototype) return Reflect.get(Function.prototype, key)
        return answers.read(`${id}.${name}`)
      },
      set: (_target, key, value) => {
        changed.set(key, value)
        return true
      },
      has: (_target, key) =>
        typeof key === 'string' && (changed.has(key) || answers.read(`${id}?${key}`) === true),
      ownKeys: () => answers.read(`${id}.*`) as string[],
      getOwnPropertyDescriptor: (_target, key): PropertyDescriptor | undefined => {
        if (typeof key !== 'string' || answers.read(`${id}!${key}`) !== true) return undefined
        return {value: Reflect.get(standIn, key), configurable: true, enumerable: true, writable: true}
      },
      apply: (_target, self, args) => {
        const on = isObject(self) ? this.#ids.get(self) : undefined
        return answers.call(on === undefined ? `${id}` : `${id}/${on}`, args)
      },
      construct: (_target, args) => answers.call(`${id}/new`, args) as object,
    })
    return standIn
  }

  #hub(id: number, n: number): object {
    const answers = this.#answers
    const methods = new Map<string, unknown>()
    return new Proxy<object>(Object.create(ConnHub.prototype), {
      get: (target, key) => {
        if (typeof key === 'symbol' || key === 'constructor') return Reflect.get(target, key)
        // Who awaits it asks for `then`, which a hub does not have.
        if (!(key in ConnHub.prototype)) return undefined
        const known = methods.get(key)
        if (known) return known
        const method = commands.has(key)
          ? (...args: unknown[]) => answers.command(n, key, args)
          : n === 1 && key === 'getState'
            ? (address: unknown) => answers.getState(address)
            : n === 1 && key === 'entries'
              ? () => answers.entries()
              : (...args: unknown[]) => answers.call(`${id}.${key}`, args)
        methods.set(key, method)
        return method
      },
    })
  }

  /** What was frozen when it was recorded. What is live in it is let alone. */
  #freeze(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.#ids.has(value) || !isPlain(value)) return value
    for (const field of Object.values(value)) this.#freeze(field)
    return Object.freeze(value)
  }
}
