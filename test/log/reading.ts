import pull from 'pull-stream'
import type {End, LogItem, LogOptions, Recorded, Snapshot, Source} from '../../src/types'
import {redact} from '../../src/values/secrets'
import {Run, type Step} from '../kit/random'
import {type Hub, setup} from '../kit/setup'
import {bob} from './items'

/** What a source gives, for as long as it gives. */
export class Reading<T> {
  readonly items: T[] = []
  /** What it ended with; undefined while it goes on. */
  end: unknown

  constructor(source: Source<T>, onItem: (item: T) => unknown = () => {}) {
    pull(
      source,
      pull.drain(
        (item) => {
          this.items.push(item)
          return onItem(item) === false ? false : undefined
        },
        (end) => {
          this.end = end ?? true
        },
      ),
    )
  }
}

/** Reads the log live, and does something at each event that is still to come. */
export function onEvent(hub: Hub, work: (item: LogItem) => unknown): Reading<LogItem> {
  return new Reading(hub.log({old: false, live: true}), work)
}

/** A reader that asks when the test says so. */
export function asking(hub: Hub, options: LogOptions) {
  const read = hub.log(options)
  const items: LogItem[] = []
  const ends: unknown[] = []
  let waits = false
  return {
    items,
    ends,
    ask() {
      waits = true
      read(null, (end, item) => {
        waits = false
        if (item) items.push(item)
        else ends.push(end)
      })
    },
    /** Whether it has asked and was not answered yet. */
    waits: () => waits,
    abort: (reason: End = true) => read(reason, (end) => ends.push(end)),
  }
}

/** A hub whose log has so many events: one `connecting`, and `updated` that count from 2 on. */
export function hubOf(events: number, logLimit?: number) {
  const world = setup(logLimit === undefined ? {} : {logLimit})
  const {hub} = world
  if (events > 0) hub.connect(bob).catch(() => {})
  for (let n = 2; n <= events; n++) hub.update(bob, {n})
  return world
}

/** The whole log of a random run, and beside each event the state after it, as the hub's readers saw it. */
export async function record(steps: readonly Step[]) {
  const run = new Run()
  const {hub, told} = run.world
  const states: Snapshot[] = []
  const {items} = new Reading(hub.log({live: true}), ({seq, time}) => {
    states.push(redact({seq, time, entries: told.snapshots.at(-1) ?? []}))
  })
  for (const step of steps) await run.step(step)
  return {events: items as Recorded[], states, run}
}

/** A source that gives what the test pushes, and remembers how it was aborted. */
export function pushed<T>() {
  let waiting: ((end: End, data?: T) => void) | undefined
  const aborts: unknown[] = []
  let asks = 0
  const source: Source<T> = (abort, callback) => {
    if (abort) {
      aborts.push(abort)
      waiting?.(abort)
      waiting = undefined
      return callback(abort)
    }
    asks++
    waiting = callback
  }
  const answer = (end: End, data?: T) => {
    const callback = waiting
    waiting = undefined
    callback?.(end, data)
  }
  return {
    source,
    aborts,
    asks: () => asks,
    push: (data: T) => answer(null, data),
    end: (end: End = true) => answer(end),
  }
}

export function values<T>(all: readonly T[]): Source<T> {
  return pull.values([...all]) as Source<T>
}
