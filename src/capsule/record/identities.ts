import type {Json} from '../../entry'
import type {Own} from '../format/lines'
import {isObject} from '../format/values'
import type {Carried} from './crossings'

/** What is the plugin's, and the number, or the path from there, under which others know it. */
interface Known {
  readonly value: object
  readonly own: Own
}

/**
 * Which object stands for which on the other side of the membrane, so that what comes back is what it was. *Real* is what
 * others have, and *inner* what the plugin gets for it; *own* is what the plugin has, and *outer* what others get for it.
 */
export class Identities {
  #ids = 0
  readonly #innerOf = new WeakMap<object, Carried>()
  readonly #realOf = new WeakMap<object, object>()
  readonly #outerOf = new WeakMap<object, object>()
  readonly #ownOf = new WeakMap<object, Known>()

  /** A number for what is live: the next one that is free. */
  nextId(): number {
    return ++this.#ids
  }

  // What is not the plugin's

  /** Remembers what the plugin gets for something of others. */
  know(real: object, inner: object, recorded: Json): Carried {
    const carried = [inner, recorded] as const
    this.#innerOf.set(real, carried)
    this.#realOf.set(inner, real)
    return carried
  }

  innerOf(real: object): Carried | undefined {
    return this.#innerOf.get(real)
  }

  /** What is behind the proxy that the plugin has; any other value is itself. */
  realOf(value: unknown): unknown {
    return (isObject(value) && this.#realOf.get(value)) || value
  }

  isInner(value: object): boolean {
    return this.#realOf.has(value)
  }

  // What is the plugin's

  /** Remembers what others get for something of the plugin's. */
  learn(value: object, outer: object, own: Own): void {
    this.#outerOf.set(value, outer)
    this.learnMethod(value, outer, own)
  }

  /** The same for a method: it may be one of several objects, and has another outer at each. */
  learnMethod(method: object, outer: object, own: Own): void {
    this.#ownOf.set(outer, {value: method, own})
  }

  /** The same for what needs no number, because nobody calls it. */
  learnUnnumbered(value: object, outer: object): void {
    this.#outerOf.set(value, outer)
  }

  outerOf(value: object): object | undefined {
    return this.#outerOf.get(value)
  }

  /** What is behind what others have, if that is the plugin's. */
  ownBehind(outer: object): Known | undefined {
    return this.#ownOf.get(outer)
  }

  /** Under which number something of the plugin's is known to others. */
  ownOf(value: unknown): Own | undefined {
    const outer = isObject(value) && this.#outerOf.get(value)
    return outer ? this.#ownOf.get(outer)?.own : undefined
  }
}
