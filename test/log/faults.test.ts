import {describe, expect, test} from 'vitest'
import {setup, uncaught} from '../kit/setup'
import {bob, carol, names} from './items'
import {hubOf, onEvent, Reading} from './reading'

const fault = new Error('the fault of a reader')

describe('a reader of the log that throws', () => {
  test('is forgotten, and harms neither the hub nor its neighbours', async () => {
    const {hub, stack, told} = setup()
    let heard = 0
    const caught = await uncaught(async () => {
      onEvent(hub, () => {
        heard++
        throw fault
      })
      const neighbour = onEvent(hub, () => {})
      const connected = hub.connect(bob)
      stack.lastDial.succeed()
      await connected
      hub.update(bob, {n: 3})
      expect(names(neighbour.items)).toEqual(['event 1', 'event 2', 'event 3'])
    })
    expect(caught).toEqual([fault])
    expect(heard).toBe(1)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test('and had asked again is still a reader', async () => {
    const {hub} = setup()
    const seqs: unknown[] = []
    const read = hub.log({live: true})
    const caught = await uncaught(() => {
      read(null, function next(_end, item) {
        seqs.push(item?.seq)
        if (seqs.length < 3) read(null, next)
        throw fault
      })
      hub.connect(bob).catch(() => {})
      hub.connect(carol).catch(() => {})
      hub.update(bob, {n: 3})
      hub.update(bob, {n: 4})
    })
    expect(caught).toEqual([fault, fault, fault])
    expect(seqs).toEqual([1, 2, 3])
  })

  test('while it reads what was there gets its own exception back', () => {
    const {hub} = hubOf(3)
    const read = () =>
      new Reading(hub.log({live: true}), () => {
        throw fault
      })
    expect(read).toThrow(fault)
    expect(hub.update(bob, {n: 4})).toBe(true)
  })

  test('at the end keeps no other from it', async () => {
    const {hub, told} = setup()
    const caught = await uncaught(() => {
      hub.log({live: true})(null, (end) => {
        if (end) throw fault
      })
      const read = hub.log({live: true})
      read(null, function next(end) {
        if (end) throw fault
        read(null, next)
      })
      const neighbour = new Reading(hub.log({live: true}))
      hub.close()
      expect(neighbour.end).toBe(true)
    })
    expect(caught).toEqual([fault])
    expect(told.ended).toBe(true)
  })
})
