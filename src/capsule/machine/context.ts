import {AsyncLocalStorage} from 'node:async_hooks'
import type {World} from './world'

/**
 * Which code is a plugin's that is recorded or replayed: what it calls, and what goes on from there, in any
 * number of promises. All that such a plugin asks of the machine is asked of its world instead.
 */
const inside = new AsyncLocalStorage<World | undefined>()

/**
 * Whether code of such a plugin may be running at all. It runs only from when it is entered until the event loop goes on.
 * At any other time AsyncLocalStorage need not be asked, which costs much more than reading a variable.
 */
let isOpen = false
let isClosing = false

// Kept from when this module is loaded: fake timers of a test framework may stand in its place later.
const laterReal = setImmediate

/** The world of the plugin whose code is running, if it is one's. */
export function currentWorld(): World | undefined {
  return isOpen ? inside.getStore() : undefined
}

/** Runs code of the plugin. */
export function runInside<T>(world: World, work: () => T): T {
  open()
  return inside.run(world, work)
}

/** Runs what is not the plugin's, although the plugin called it. */
export function runOutside<T>(work: () => T): T {
  return inside.run(undefined, work)
}

/** Whether the plugin was entered in this round of the event loop. */
export function isEntered(): boolean {
  return isOpen
}

function open(): void {
  isOpen = true
  if (isClosing) return
  isClosing = true
  inside.run(undefined, () => laterReal(close).unref())
}

function close(): void {
  isOpen = false
  isClosing = false
  // Up to Node 22 it slows down every promise of the process while it is enabled; entering enables it.
  if ('enabled' in inside) inside.disable()
}
