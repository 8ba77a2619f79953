type Listener = (...values: never[]) => void

/** The part of Node's EventEmitter that hubs and plugins use of a stack and of rpcs. */
export class Emitter {
  readonly #listeners = new Map<string, readonly Listener[]>()
  /** What `once()` was given, by what it added in its place. */
  readonly #given = new WeakMap<Listener, Listener>()

  /** Calls the listener at every such event from now on. */
  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...this.#of(event), listener])
    return this
  }

  /** The same as `on()`. */
  addListener(event: string, listener: Listener): this {
    return this.on(event, listener)
  }

  /** Calls the listener at the next such event only. */
  once(event: string, listener: Listener): this {
    const first = (...values: never[]) => {
      this.removeListener(event, first)
      listener.apply(this, values)
    }
    this.#given.set(first, listener)
    return this.on(event, first)
  }

  /** Forgets the listener; one that was added several times, the latest. */
  removeListener(event: string, listener: Listener): this {
    const listeners = this.#of(event)
    const last = listeners
      .map((other) => other === listener || this.#given.get(other) === listener)
      .lastIndexOf(true)
    this.#listeners.set(
      event,
      listeners.filter((_, i) => i !== last),
    )
    return this
  }

  /**
   * Calls those who listen now, in their order, and returns whether there were any. What one of them throws
   * is thrown, and the rest are not called.
   */
  emit(event: string, ...values: unknown[]): boolean {
    const listeners = this.#of(event)
    for (const listener of listeners) listener.apply(this, values as never[])
    return listeners.length > 0
  }

  /** How many listen to such events: none, where all was let go. */
  listenerCount(event: string): number {
    return this.#of(event).length
  }

  #of(event: string): readonly Listener[] {
    return this.#listeners.get(event) ?? []
  }
}
