import {isPromise} from 'node:util/types'
import type {Json} from '../../entry'
import {hubHost} from '../../hub-host'
import type {Own} from '../format/lines'
import {has, isLeaf, isLive, isObject, isPlain, isSecret, secret, writeLeaf} from '../format/values'
import {runOutside} from '../machine/context'
import type {Callable} from '../machine/world'

/** A value on its way into the plugin: what the plugin gets, and how it is recorded. */
export type Carried = readonly [inner: unknown, recorded: Json]

/** What the membrane tells its recorder. */
export interface Crossings {
  /** The plugin reads. `read` may throw. */
  answer(of: string, read: () => Carried): unknown
  /** The plugin calls what is not its own. */
  call(of: string, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /** Others call what is the plugin's. */
  enter(own: Own, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /** A promise that the plugin was given has settled. */
  settle(id: number, recorded: {readonly value: Json} | {readonly error: Json}, settle: () => void): void
  /** A promise of the plugin's that others have has settled with this. */
  give(promise: number, value: unknown): unknown
  /** What the plugin gets for a hub; undefined for what is none. */
  hub(value: object): Carried | undefined
  /** What a new hub asks this `ssb` for. */
  hostOf(ssb: object): unknown
}

/**
 * The boundary between a plugin that is recorded and all others. Data is copied as it crosses; what is live is
 * given on as a proxy, and known by a number. What comes back is what it was.
 */
export class Membrane {
  readonly #crossings: Crossings
  #ids = 0
  /** What others have, as the plugin has it, and back. */
  readonly #innerOf = new WeakMap<object, Carried>()
  readonly #realOf = new WeakMap<object, object>()
  /** What is the plugin's, as others have it, and back. */
  readonly #outerOf = new WeakMap<object, object>()
  readonly #ownOf = new WeakMap<object, {readonly value: object; readonly own: Own}>()
  /** Data of the plugin's that others have. */
  readonly #given = new WeakSet<object>()

  constructor(crossings: Crossings) {
    this.#crossings = crossings
  }

  nextId(): number {
    return ++this.#ids
  }

  /** Under which number something of the plugin's is known. */
  ownOf(value: unknown): Own | undefined {
    const outer = isObject(value) && this.#outerOf.get(value)
    return outer ? this.#ownOf.get(outer)?.own : undefined
  }

  /** What is behind the proxy that the plugin has. */
  realOf(value: unknown): unknown {
    return (isObject(value) && this.#realOf.get(value)) || value
  }

  /** For a proxy that the recorder made. */
  know(real: object, inner: object, recorded: Json): Carried {
    const carried = [inner, recorded] as const
    this.#innerOf.set(real, carried)
    this.#realOf.set(inner, real)
    return carried
  }

  /**
   * A value for the plugin. What the plugin reaches by itself, as a property of something live, it may keep, and read
   * when it has changed: such an object is live, too.
   */
  carryIn(value: unknown, reached = false, seen: readonly object[] = []): Carried {
    if (!isObject(value)) return [value, writeLeaf(value)]
    const own = this.#ownOf.get(value)
    if (own) return [own.value, {$: 'own', of: own.own}]
    const known = this.#innerOf.get(value)
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
      Object.defineProperty(copy, name, {value: inner, configurable: true, enumerable: true, writable: true})
      fields[name] = isSecret(name, field) ? secret : recorded
    }
    const recorded: Json = '$' in fields ? {$: 'plain', of: fields} : fields
    if (!isFrozen || Object.keys(fields).length === 0) return [copy, recorded]
    return [Object.freeze(copy), seen.length > 1 ? recorded : {$: 'frozen', of: recorded}]
  }

  #innerPromise(promise: Promise<unknown>): Carried {
    const id = this.nextId()
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
    return this.know(promise, inner, {$: 'promise', id})
  }

  #innerProxy(real: object): Carried {
    const id = this.nextId()
    const crossings = this.#crossings
    const isFunction = typeof real === 'function'
    const inner: object = new Proxy<object>(isFunction ? blankFunction() : {}, {
      get: (_target, key) => {
        if (key === hubHost) return crossings.hostOf(real)
        const name = nameOf(key)
        if (name === undefined || (isFunction && name in Function.prototype)) return rawField(real, key)
        if (name === 'then' && typeof Reflect.get(real, key) !== 'function') return undefined
        return crossings.answer(`${id}.${name}`, () => {
          const value: unknown = runOutside(() => Reflect.get(real, key))
          const carried = this.carryIn(value, true)
          return isSecret(name, value) ? [carried[0], secret] : carried
        })
      },
      set: (_target, key, value) => {
        const outer = this.carryOut(value, () => [this.nextId()])
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
        const [, selfId] = isObject(self) ? (this.#innerOf.get(this.realOf(self) as object) ?? []) : []
        const on = isObject(selfId) && 'id' in selfId ? `/${selfId.id}` : ''
        return crossings.call(`${id}${on}`, real as Callable, this.realOf(self), args)
      },
      construct: (_target, args) => {
        const make = (...given: unknown[]) => Reflect.construct(real as NewableFunction, given)
        return crossings.call(`${id}/new`, make, undefined, args) as object
      },
    })
    return this.know(real, inner, {$: isFunction ? 'function' : 'object', id})
  }

  /** A value of the plugin's for others; `name` gives what is live its number, where it has none. */
  carryOut(value: unknown, name: () => Own): unknown {
    if (!isObject(value)) return value
    const known = this.#realOf.get(value) ?? this.#outerOf.get(value)
    if (known) return known
    if (isLeaf(value)) return value
    if (value instanceof AbortSignal) return this.#outerSignal(value)
    if (isPromise(value)) return this.#outerPromise(value, name)
    if (!isLive(value)) {
      const isReal = (object: object) => this.#realOf.has(object)
      if (!has(value, (object) => isReal(object) || isLive(object))) {
        this.#given.add(value)
        return value
      }
      const isOwn = (object: object) => isLive(object) && !isReal(object)
      if (isPlain(value) && !has(value, isOwn)) return this.#copyOut(value, name)
    }
    return this.#outerProxy(value, name())
  }

  #copyOut(value: object, name: () => Own): unknown {
    if (Array.isArray(value)) return value.map((field) => this.carryOut(field, name))
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, this.carryOut(field, name)]))
  }

  /** Others listen to signals: those of the plugin's must not run them as if they were the plugin. */
  #outerSignal(signal: AbortSignal): AbortSignal {
    const controller = new AbortController()
    const abort = () => runOutside(() => controller.abort(signal.reason))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, {once: true})
    this.#outerOf.set(signal, controller.signal)
    return controller.signal
  }

  #outerPromise(promise: Promise<unknown>, name: () => Own): Promise<unknown> {
    const own = name()
    const outer = runOutside(
      () =>
        new Promise((resolve, reject) => {
          promise.then((value) => resolve(this.#crossings.give(own[0], value)), reject)
        }),
    )
    this.#learn(promise, outer, own)
    return outer
  }

  #outerProxy(value: object, own: Own): object {
    const methods = new Map<PropertyKey, readonly [method: unknown, outer: unknown]>()
    const outer: object = new Proxy(value, {
      get: (_target, key) => {
        const field: unknown = Reflect.get(value, key)
        if (
          typeof field !== 'function' ||
          typeof key === 'symbol' ||
          (typeof value === 'function' && key in Function.prototype)
        )
          return this.carryOut(field, () => [...own, String(key)])
        const [method, known] = methods.get(key) ?? []
        if (method === field) return known
        const made = this.#realOf.get(field) ?? this.method(field as Callable, [...own, key])
        methods.set(key, [field, made])
        return made
      },
      set: (_target, key, field) => Reflect.set(value, key, this.carryIn(field)[0]),
      getOwnPropertyDescriptor: (_target, key) => {
        const there = Reflect.getOwnPropertyDescriptor(value, key)
        if (!there || !('value' in there) || (!there.configurable && !there.writable)) return there
        return {...there, value: Reflect.get(outer, key)}
      },
      apply: (_target, self, args) => this.#crossings.enter(own, value as Callable, self, args),
      construct: (_target, args) =>
        this.#crossings.enter(
          [...own, 'new'],
          ((...given: unknown[]) => Reflect.construct(value as NewableFunction, given)) as Callable,
          undefined,
          args,
        ) as object,
    })
    this.#learn(value, outer, own)
    return outer
  }

  /** A function that others reached as a property of what is the plugin's. */
  method(method: Callable, own: Own): object {
    const crossings = this.#crossings
    const outer: object = new Proxy(method, {
      get: (target, key) => Reflect.get(target, key),
      apply: (_target, self, args) => crossings.enter(own, method, self, args),
    })
    this.#ownOf.set(outer, {value: method, own})
    return outer
  }

  #learn(value: object, outer: object, own: Own): void {
    this.#outerOf.set(value, outer)
    this.#ownOf.set(outer, {value, own})
  }
}

const isText = (key: unknown): key is string => typeof key === 'string'

/** For a proxy that can be called: it has no property of its own that a proxy would have to show. */
export function blankFunction(): object {
  return (() => {}).bind(undefined)
}

/** Under which name a property is recorded: of symbols, only those that JavaScript itself asks for. */
export function nameOf(key: PropertyKey): string | undefined {
  if (typeof key !== 'symbol') return String(key)
  if (key === Symbol.asyncIterator) return '@@asyncIterator'
  if (key === Symbol.iterator) return '@@iterator'
  return undefined
}

/** What no recording needs to know: how it is printed, what functions can do. */
function rawField(real: object, key: PropertyKey): unknown {
  return Reflect.get(real, key)
}
