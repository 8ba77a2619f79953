import {describe, expect, test} from 'vitest'
import {transitions} from '../../reducers/transitions'
import type {Entry, State} from '../../src/entry'
import type {HubEvent, PeerEvent} from '../../src/events'
import {fold, LogOrderError, snapshots} from '../../src/replay'
import {ConnHubError, type LogItem, type Recorded} from '../../src/types'
import {bob, carol, samples} from './items'

describe('a log that is not in order', () => {
  const at = (event: HubEvent, seq: number) => ({...event, seq, time: seq}) as Recorded
  const peer = (state: State) => ({state, hubBirth: 1, hubUpdated: 1})
  const start = (state: State | undefined): LogItem => ({
    type: 'checkpoint',
    seq: 10,
    time: 1,
    entries: [[carol, peer('connected')], ...(state ? [[bob, peer(state)] satisfies Entry] : [])],
  })

  for (const [type, {from}] of Object.entries(transitions)) {
    for (const state of ['absent', 'connecting', 'connected', 'disconnecting'] as const) {
      const log = [start(state === 'absent' ? undefined : state), at(samples[type as PeerEvent['type']], 11)]
      if (from.includes(state)) {
        test(`takes ${type} of an address that is ${state}`, () => {
          expect(fold(log).seq).toBe(11)
          expect([...snapshots(log)].length).toBe(2)
        })
      } else {
        test(`refuses ${type} of an address that is ${state}`, () => {
          const error = refusal(() => fold(log))
          expect(error).toMatchObject({seq: 11, code: 'ERR_LOG_ORDER'})
          for (const each of [type, ...from, `this one is ${state}`]) expect(error.expected).toContain(each)
          expect(error.message).toContain(error.expected)
          expect(error.message).toContain('11')
          expect(refusal(() => [...snapshots(log)])).toEqual(error)
        })
      }
    }
  }

  const one = at(samples.connecting, 1)
  const two = at(samples.updated, 2)
  const checkpoint: LogItem = {...samples.checkpoint, seq: 5}
  test.each<[string, LogItem[], number, number]>([
    ['a wrong start', [at(samples.reset, 2)], 2, 1],
    ['a start at 0', [at(samples.reset, 0)], 0, 1],
    ['a gap', [one, at(samples.updated, 3)], 3, 2],
    ['a duplicate', [one, two, two], 2, 3],
    ['a step back', [one, two, at(samples.reset, 1)], 1, 3],
    ['a gap after a checkpoint', [checkpoint, at(samples.updated, 7)], 7, 6],
    ['the event that a checkpoint stands for', [checkpoint, at(samples.updated, 5)], 5, 6],
    ['a start after a checkpoint', [checkpoint, at(samples.reset, 1)], 1, 6],
    [
      'an event that has happened before its checkpoint',
      [one, two, checkpoint, at(samples.updated, 3)],
      3,
      6,
    ],
  ])('refuses %s', (_name, log, seq, expected) => {
    const error = refusal(() => fold(log))
    expect(error.seq).toBe(seq)
    expect(error.expected).toContain(`event ${expected}`)
    expect(refusal(() => [...snapshots(log)])).toEqual(error)
  })

  test('gives the snapshots of the events before', () => {
    const seen: number[] = []
    const error = refusal(() => {
      for (const {seq} of snapshots([one, two, two])) seen.push(seq)
    })
    expect([seen, error.seq]).toEqual([[1, 2], 2])
  })
})

function refusal(work: () => unknown): LogOrderError {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(ConnHubError)
    if (error instanceof LogOrderError) return error
  }
  throw new Error('it was not refused')
}

test('a log that does not fold says which states were expected', () => {
  const event = {seq: 1, time: 0, address: bob, cause: 'caller'} as const
  expect(() => fold([{...event, type: 'disconnecting'}])).toThrow(
    'disconnecting of an address that is connecting or connected, and this one is absent',
  )
})
