import type {Json} from '../../entry'
import type {Own} from '../format/lines'
import type {Callable} from '../machine/world'
import type {Carried, Crossings} from './crossings'
import {Identities} from './identities'
import {Inward} from './inward'
import {Outward} from './outward'

/**
 * The boundary between a plugin that is recorded and all others. Data is copied as it crosses; what is live is
 * given on as a proxy, and known by a number. What comes back is what it was.
 */
export class Membrane {
  readonly #identities = new Identities()
  readonly #inward: Inward
  readonly #outward: Outward

  constructor(crossings: Crossings) {
    const given = new WeakSet<object>()
    this.#inward = new Inward(crossings, this.#identities, given, (value) =>
      this.#outward.carryOut(value, () => [this.nextId()]),
    )
    this.#outward = new Outward(crossings, this.#identities, given, (value) => this.#inward.carryIn(value)[0])
  }

  /** A number for what is live. */
  nextId(): number {
    return this.#identities.nextId()
  }

  /** Under which number something of the plugin's is known to others. */
  ownOf(value: unknown): Own | undefined {
    return this.#identities.ownOf(value)
  }

  /** What is behind the proxy that the plugin has. */
  realOf(value: unknown): unknown {
    return this.#identities.realOf(value)
  }

  /** For a proxy that the recorder made. */
  know(real: object, inner: object, recorded: Json): Carried {
    return this.#identities.know(real, inner, recorded)
  }

  /** A value for the plugin, which reached it by itself, as a property of something live, or was given it. */
  carryIn(value: unknown, reached = false): Carried {
    return this.#inward.carryIn(value, reached)
  }

  /** A value of the plugin's for others; `name` gives what is live its number, where it has none. */
  carryOut(value: unknown, name: () => Own): unknown {
    return this.#outward.carryOut(value, name)
  }

  /** A function that others reached as a property of what is the plugin's. */
  method(method: Callable, own: Own): object {
    return this.#outward.method(method, own)
  }
}
