import {syncBuiltinESMExports} from 'node:module'
import {currentWorld} from './context'
import type {Callable, World} from './world'

/** A property in whose place ours stands: inside a plugin it asks the plugin's world, elsewhere it is what it was. */
interface Patch {
  /** Looked for each time: fake timers may put another in its place, too. */
  readonly owner: () => object
  readonly name: string | symbol
  readonly ours: unknown
  /** What code outside of plugins gets. */
  real: unknown
}

/** The properties that are replaced. They are looked for when they are first needed. */
export class Patches {
  readonly #patches: Patch[] = []

  /** Replaces a function: inside a plugin, `inside` answers. Returns ours. */
  replace(owner: object, name: string | symbol, inside: (world: World, call: Call) => unknown): object {
    const real: unknown = Reflect.get(owner, name)
    if (typeof real !== 'function') return {}
    const patch: Patch = {
      owner: () => owner,
      name,
      real,
      ours: function (this: unknown, ...args: unknown[]): unknown {
        const world = currentWorld()
        const present = patch.real as Callable
        return world
          ? inside(world, {self: this, args, real: present})
          : new.target
            ? Reflect.construct(present, args)
            : Reflect.apply(present, this, args)
      },
    }
    dress(patch.ours as Callable, real as Callable)
    this.#patches.push(patch)
    return patch.ours as object
  }

  /** Replaces a function without arguments that is called very often. */
  replaceGetter<T>(owner: () => object, name: string, inside: (world: World) => T): void {
    const real = Reflect.get(owner(), name) as () => T
    const patch: Patch = {
      owner,
      name,
      real,
      ours: () => {
        const world = currentWorld()
        return world ? inside(world) : (patch.real as () => T).call(owner())
      },
    }
    dress(patch.ours as Callable, real as Callable)
    this.#patches.push(patch)
  }

  /** Replaces a class by one that `make` gives, which is told what is behind it. */
  replaceClass(owner: object, name: string, make: (behind: () => NewableFunction) => unknown): void {
    const patch: Patch = {
      owner: () => owner,
      name,
      real: Reflect.get(owner, name),
      ours: make(() => patch.real as NewableFunction),
    }
    this.#patches.push(patch)
  }

  /**
   * Puts ours in place, wherever something else is: fake timers of a test framework, too, which then go on behind
   * ours. Returns how to put back what was there.
   */
  apply(): () => void {
    const undone: (() => void)[] = []
    for (const patch of this.#patches) {
      const {name, ours, real} = patch
      const owner = patch.owner()
      const there: unknown = Reflect.get(owner, name)
      if (there === ours) continue
      patch.real = there
      put(owner, name, ours)
      undone.push(() => {
        put(owner, name, there)
        patch.real = real
      })
    }
    if (undone.length > 0) syncBuiltinESMExports()
    return () => {
      for (const undo of undone) undo()
      if (undone.length > 0) syncBuiltinESMExports()
    }
  }
}

export interface Call {
  readonly self: unknown
  readonly args: readonly unknown[]
  readonly real: Callable
}

function put(owner: object, name: string | symbol, value: unknown): void {
  try {
    Object.defineProperty(owner, name, {value, configurable: true, enumerable: true, writable: true})
  } catch {
    // A global that cannot be replaced stays.
  }
}

/** Gives ours the name, and what else the real one has. */
function dress(ours: Callable, real: Callable): void {
  for (const key of Reflect.ownKeys(real)) {
    const own = Object.getOwnPropertyDescriptor(real, key)
    if (own && key !== 'prototype' && key !== 'arguments' && key !== 'caller')
      Object.defineProperty(ours, key, {...own, configurable: true})
  }
}
