import pull from 'pull-stream'
import {expect} from 'vitest'
import {transitions} from '../../reducers/transitions'
import ConnHub from '../../src/index'
import type {Entry, ListenEvent, Options} from '../../src/types'
import {FakeStack, settled} from './fake-stack'
import {VirtualClock} from './virtual-clock'

export {settled}

export type Hub = ConnHub

/** A hub on a fake stack in virtual time, and all that its readers were told. */
export function setup(options: Options = {}) {
  const stack = new FakeStack()
  const clock = new VirtualClock()
  const hub = new ConnHub(stack, {clock, closeTimeout: 1000, ...options})
  return {hub, stack, clock, told: watch(hub)}
}

/** What a hub's readers were told, checked against the table of transitions as it comes. */
export class Told {
  readonly events: ListenEvent[] = []
  readonly snapshots: (readonly Entry[])[] = []
  /** The state of every address, by what the events say. */
  readonly states = new Map<string, string>()
  ended = false

  /** The types of the events so far, which are forgotten. */
  take(): string[] {
    return this.events.splice(0).map(({type}) => type)
  }

  takeSnapshots(): (readonly Entry[])[] {
    return this.snapshots.splice(0)
  }
}

export function watch(hub: Hub): Told {
  const told = new Told()
  // What was connected before the hub was made is there already.
  for (const [address, {state}] of hub.entries()) told.states.set(address, state)
  pull(
    hub.listen(),
    pull.drain(
      (event) => {
        told.events.push(event)
        const {from, to} = transitions[event.type]
        const state = told.states.get(event.address) ?? 'absent'
        expect(from, `${event.type} of an address that is ${state}`).toContain(state)
        if (to === 'absent' || to === undefined) told.states.delete(event.address)
        else told.states.set(event.address, to)
      },
      () => {
        told.ended = true
      },
    ),
  )
  pull(
    hub.liveEntries(),
    pull.drain((entries) => {
      told.snapshots.push(entries)
    }),
  )
  return told
}

/** Whether a promise is settled, and how, after all that can happen now has happened. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown = 'pending'
  promise.then(
    (value) => {
      result = {resolved: value}
    },
    (error: unknown) => {
      result = {rejected: error}
    },
  )
  await settled()
  return result
}

/** The data of one entry. */
export function entry(hub: Hub, address: string) {
  return new Map(hub.entries()).get(address)
}

/** Runs something during which exceptions are expected to surface as uncaught ones, and returns these. */
export async function uncaught(work: () => void | Promise<void>): Promise<unknown[]> {
  const caught: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => caught.push(error))
  try {
    await work()
    await settled()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  }
  return caught
}
