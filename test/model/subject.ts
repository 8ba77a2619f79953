import ConnHub from '../../src/index'
import type {Clock} from '../../src/types'
import type {FakeStack} from '../kit/fake-stack'
import type {Settle, Signal} from './model-calls'
import {dialled} from './steps'

export const closeTimeout = 1000

/** What a hub and the model have in common, as the steps use it. */
export interface Subject {
  connect(address: unknown, data: unknown, signal: Signal | undefined, settle: Settle): void
  disconnect(address: unknown, settle: Settle): void
  update(address: unknown, data: unknown): boolean
  reset(): void
  close(): void
  getState(address: unknown): unknown
  entries(): Iterable<Entry>
  /** Looks at the clock, and does nothing else. */
  stamp(): void
  /** A reader that keeps up. Returns how to leave. */
  read(kind: 'events' | 'entries', tell: (item: never) => void, end: () => void): () => void
  /** A reader of entries that does not keep up. Returns how to ask. */
  readSlowly(tell: (entries: readonly Entry[]) => void, end: () => void): () => void
}

export type Entry = readonly [address: string, data: object]

type Hub = ConnHub

/** The hub, with its promises and streams as the model has them. */
export class RealSubject implements Subject {
  readonly hub: Hub

  constructor(stack: FakeStack, clock: Clock) {
    this.hub = new ConnHub(stack, {clock, closeTimeout})
  }

  connect(address: unknown, given: unknown, signal: Signal | undefined, settle: Settle): void {
    settleBy(
      this.hub.connect(address as string, given as object, signal && {signal: signal as AbortSignal}),
      settle,
    )
  }

  disconnect(address: unknown, settle: Settle): void {
    settleBy(this.hub.disconnect(address as string), settle)
  }

  update(address: unknown, given: unknown): boolean {
    return this.hub.update(address as string, given as object)
  }

  reset(): void {
    this.hub.reset()
  }

  close(): void {
    this.hub.close()
  }

  getState(address: unknown): unknown {
    return this.hub.getState(address as string)
  }

  entries(): Iterable<Entry> {
    return this.hub.entries()
  }

  stamp(): void {
    this.hub.update(dialled[0] as string, {})
  }

  read(kind: 'events' | 'entries', tell: (item: never) => void, end: () => void): () => void {
    const source = kind === 'events' ? this.hub.listen() : this.hub.liveEntries()
    let left = false
    const next = () => {
      if (left) return
      source(null, (ended, item) => {
        if (left) return
        if (ended) return end()
        tell(item as never)
        next()
      })
    }
    next()
    return () => {
      left = true
      source(true, () => {})
    }
  }

  readSlowly(tell: (entries: readonly Entry[]) => void, end: () => void): () => void {
    const source = this.hub.liveEntries()
    let asks = false
    return () => {
      if (asks) return
      asks = true
      source(null, (ended, entries) => {
        asks = false
        if (ended) end()
        else tell(entries as readonly Entry[])
      })
    }
  }
}

function settleBy(promise: Promise<unknown>, settle: Settle): void {
  promise.then(
    (value) => settle({value}),
    (error: unknown) => settle({error}),
  )
}
