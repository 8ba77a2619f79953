import {isPromise} from 'node:util/types'
import type {Own} from '../format/lines'
import {has, isLeaf, isLive, isObject, isPlain} from '../format/values'
import {runOutside} from '../machine/context'
import type {Callable} from '../machine/world'
import type {Crossings} from './crossings'
import type {Identities} from './identities'

/** What crosses the membrane out of the plugin: what is live is given as a proxy that enters the plugin. */
export class Outward {
  readonly #crossings: Crossings
  readonly #identities: Identities
  readonly #given: WeakSet<object>
  /** What others put into what they were given goes in. */
  readonly #carryIn: (value: unknown) => unknown

  /** @param given is told what data of the plugin's others have */
  constructor(
    crossings: Crossings,
    identities: Identities,
    given: WeakSet<object>,
    carryIn: (value: unknown) => unknown,
  ) {
    this.#crossings = crossings
    this.#identities = identities
    this.#given = given
    this.#carryIn = carryIn
  }

  /** A value of the plugin's for others; `name` gives what is live its number, where it has none. */
  carryOut(value: unknown, name: () => Own): unknown {
    if (!isObject(value)) return value
    if (this.#identities.isInner(value)) return this.#identities.realOf(value)
    const known = this.#identities.outerOf(value)
    if (known) return known
    if (isLeaf(value)) return value
    if (value instanceof AbortSignal) return this.#outerSignal(value)
    if (isPromise(value)) return this.#outerPromise(value, name)
    if (!isLive(value)) {
      const isReal = (object: object) => this.#identities.isInner(object)
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
    this.#identities.learnUnnumbered(signal, controller.signal)
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
    this.#identities.learn(promise, outer, own)
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
        const made = this.#identities.isInner(field)
          ? this.#identities.realOf(field)
          : this.method(field as Callable, [...own, key])
        methods.set(key, [field, made])
        return made
      },
      set: (_target, key, field) => Reflect.set(value, key, this.#carryIn(field)),
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
    this.#identities.learn(value, outer, own)
    return outer
  }

  /** A function that others reached as a property of what is the plugin's. */
  method(method: Callable, own: Own): object {
    const crossings = this.#crossings
    const outer: object = new Proxy(method, {
      get: (target, key) => Reflect.get(target, key),
      apply: (_target, self, args) => crossings.enter(own, method, self, args),
    })
    this.#identities.learnMethod(method, outer, own)
    return outer
  }
}
