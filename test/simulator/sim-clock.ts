import type {Clock} from '../../src/types'
import {beginning} from './time'

interface Timer {
  readonly at: number
  /** Of two timers that are due at the same time, the one that was set first comes first. */
  readonly order: number
  readonly callback: () => void
  /** Where it stands in the heap; -1 when it is not there any more. */
  index: number
}

/** Virtual time for many thousand timers: a heap, in which the next one stands first. */
export class SimClock implements Clock {
  #now = beginning
  #order = 0
  readonly #heap: Timer[] = []

  now = (): number => this.#now

  setTimeout = (callback: () => void, ms: number): Timer => {
    const at = this.#now + Math.max(0, Math.round(ms))
    const timer = {at, order: this.#order++, callback, index: this.#heap.length}
    this.#heap.push(timer)
    this.#rise(timer)
    return timer
  }

  clearTimeout = (timer: unknown): void => {
    if (isTimer(timer) && timer.index >= 0) this.#remove(timer)
  }

  get pending(): number {
    return this.#heap.length
  }

  /** Lets time go on to the next timer up to `end`, and calls it. False: none is due, and it is the end. */
  fireNext(end: number): boolean {
    const next = this.#heap[0]
    if (!next || next.at > end) {
      this.#now = end
      return false
    }
    this.#remove(next)
    this.#now = next.at
    next.callback()
    return true
  }

  #remove(timer: Timer): void {
    const last = this.#heap.pop()
    if (last && last !== timer) {
      this.#put(last, timer.index)
      this.#rise(last)
      this.#sink(last)
    }
    timer.index = -1
  }

  #rise(timer: Timer): void {
    for (;;) {
      const parent = timer.index > 0 ? this.#heap[(timer.index - 1) >> 1] : undefined
      if (!parent || !isBefore(timer, parent)) return
      this.#swap(timer, parent)
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const left = this.#heap[2 * timer.index + 1]
      const right = this.#heap[2 * timer.index + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (!child || !isBefore(child, timer)) return
      this.#swap(child, timer)
    }
  }

  #swap(a: Timer, b: Timer): void {
    const {index} = a
    this.#put(a, b.index)
    this.#put(b, index)
  }

  #put(timer: Timer, index: number): void {
    this.#heap[index] = timer
    timer.index = index
  }
}

/** A clock of which it is known how many timers its user has left. */
export class CountedClock implements Clock {
  readonly #clock: Clock
  readonly #timers = new Set<unknown>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get pending(): number {
    return this.#timers.size
  }

  now = (): number => this.#clock.now()

  setTimeout = (callback: () => void, ms: number): unknown => {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer)
      callback()
    }, ms)
    this.#timers.add(timer)
    return timer
  }

  clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer)
    this.#clock.clearTimeout(timer)
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function isTimer(timer: unknown): timer is Timer {
  return typeof timer === 'object' && timer !== null && 'index' in timer
}
