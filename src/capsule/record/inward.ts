import {isPromise} from 'node:util/types'
import type {Json} from '../../entry'
import {hubHost} from '../../hub-host'
import {blankFunction, nameOf} from '../format/properties'
import {isLeaf, isObject, isPlain, isSecret, secret, writeLeaf} from '../format/values'
import {runOutside} from '../machine/context'
import type {Callable} from '../machine/world'
import type {Carried, Crossings} from './crossings'
import type {Identities} from './identities'

/** What crosses the membrane into the plugin: data is copied, what is live is given as a proxy. */
export class Inward {
  readonly #crossings: Crossings
  readonly #identities: Identities
  readonly #given: WeakSet<object>
  /** What the plugin puts into what it was given goes out. */
  readonly #carryOut: (value: unknown) => unknown

  /** @param given data of the plugin's that others have: it comes back as it is */
  constructor(
    crossings: Crossings,
    identities: Identities,
    given: WeakSet<object>,
    carryOut: (value: unknown) => unknown,
  ) {
    this.#crossings = crossings
    this.#identities = identities
    this.#given = given
    this.#carryOut = carryOut
  }

  /**
   * A value for the plugin. What the plugin reaches by itself, as a property of something live, it may keep, and read
   * when it has changed: such an object is live, too.
   */
  carryIn(value: unknown, reached = false, seen: readonly object[] = []): Carried {
    if (!isObject(value)) return [value, writeLeaf(value)]
    const own = this.#identities.ownBehind(value)
    if (own) return [own.value, {$: 'own', of: own.own}]
    const known = this.#identities.innerOf(value)
    if (known) return known
    if (isLeaf(value)) return [value, writeLeaf(value)]
    const hub = this.#crossings.hub(value)
    if (hub) return hub
    if (isPromise(value)) return this.#innerPromise(value)
    if (seen.length < 100 && !seen.includes(value)) {
      const data = this.#carryData(value, reached, [...seen, value])
      if (data) return this.#given.has(value) ? [value, data[1]] : data
    }
    return this.#innerProxy(value)
  }

  #carryData(value: object, reached: boolean, seen: readonly object[]): Carried | undefined {
    if (value instanceof Map || value instanceof Set) {
      const [entries, recorded] = this.carryIn([...value], false, seen)
      const copy =
        value instanceof Map ? new Map(entries as [unknown, unknown][]) : new Set(entries as unknown[])
      return [copy, {$: value instanceof Map ? 'map' : 'set', of: recorded}]
    }
    if (!isPlain(value)) return undefined
    const isFrozen = Object.isFrozen(value)
    if (reached && !Array.isArray(value) && !isFrozen) return undefined
    const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
    const fields: Record<string, Json> = Array.isArray(value) ? ([] as never) : {}
    for (const [name, field] of Object.entries(value)) {
      const [inner, recorded] = this.carryIn(field, false, seen)
      // To assign is much faster, but would set the prototype.
      if (name !== '__proto__') copy[name] = inner
      else define(copy, name, inner)
      fields[name] = isSecret(name, field) ? secret : recorded
    }
    const recorded: Json = '$' in fields ? {$: 'plain', of: fields} : fields
    if (!isFrozen || Object.keys(fields).length === 0) return [copy, recorded]
    return [Object.freeze(copy), seen.length > 1 ? recorded : {$: 'frozen', of: recorded}]
  }

  #innerPromise(promise: Promise<unknown>): Carried {
    const id = this.#identities.nextId()
    const inner = new Promise((resolve, reject) => {
      runOutside(() =>
        promise.then(
          (result) => {
            const [value, recorded] = this.carryIn(result)
            this.#crossings.settle(id, {value: recorded}, () => resolve(value))
          },
          (reason) => {
            const [error, recorded] = this.carryIn(reason)
            this.#crossings.settle(id, {error: recorded}, () => reject(error))
          },
        ),
      )
    })
    return this.#identities.know(promise, inner, {$: 'promise', id})
  }

  #innerProxy(real: object): Carried {
    const id = this.#identities.nextId()
    const crossings = this.#crossings
    const isFunction = typeof real === 'function'
    const inner: object = new Proxy<object>(isFunction ? blankFunction() : {}, {
      get: (_target, key) => {
        if (key === hubHost) return crossings.hostOf(real)
        const name = nameOf(key)
        // How it is printed, and what every function can do: no recording needs to know.
        if (name === undefined || (isFunction && name in Function.prototype)) return Reflect.get(real, key)
        if (name === 'then' && typeof Reflect.get(real, key) !== 'function') return undefined
        return crossings.answer(`${id}.${name}`, () => {
          const value: unknown = runOutside(() => Reflect.get(real, key))
          const carried = this.carryIn(value, true)
          return isSecret(name, value) ? [carried[0], secret] : carried
        })
      },
      set: (_target, key, value) => {
        const outer = this.#carryOut(value)
        return runOutside(() => Reflect.set(real, key, outer))
      },
      has: (_target, key) =>
        isText(key)
          ? (crossings.answer(`${id}?${key}`, () => this.carryIn(Reflect.has(real, key))) as boolean)
          : Reflect.has(real, key),
      ownKeys: () =>
        crossings.answer(`${id}.*`, () => this.carryIn(Reflect.ownKeys(real).filter(isText))) as string[],
      getOwnPropertyDescriptor: (_target, key): PropertyDescriptor | undefined => {
        if (!isText(key)) return undefined
        const isThere = crossings.answer(`${id}!${key}`, () => this.carryIn(Object.hasOwn(real, key)))
        if (!isThere) return undefined
        return {value: Reflect.get(inner, key), configurable: true, enumerable: true, writable: true}
      },
      getPrototypeOf: () => Reflect.getPrototypeOf(real),
      apply: (_target, self, args) => {
        const [, selfId] = isObject(self)
          ? (this.#identities.innerOf(this.#identities.realOf(self) as object) ?? [])
          : []
        const on = isObject(selfId) && 'id' in selfId ? `/${selfId.id}` : ''
        return crossings.call(`${id}${on}`, real as Callable, this.#identities.realOf(self), args)
      },
      construct: (_target, args) => {
        const make = (...given: unknown[]) => Reflect.construct(real as NewableFunction, given)
        return crossings.call(`${id}/new`, make, undefined, args) as object
      },
    })
    return this.#identities.know(real, inner, {$: isFunction ? 'function' : 'object', id})
  }
}

const isText = (key: unknown): key is string => typeof key === 'string'

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, {value, configurable: true, enumerable: true, writable: true})
}
