import {describe, expect, test} from 'vitest'
import {decode, encode, fold, snapshots} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {type Hub, setup} from '../kit/setup'
import {bob} from './items'

const seed = Buffer.alloc(32, 's').toString('base64')
const other = Buffer.alloc(32, 'o').toString('base64')
const withSeed = `${addressOf('bob')}:${seed}`
const withOther = `${addressOf('bob')}:${other}`
const oldInvite = `room.example.com:8008:@${Buffer.alloc(32, 'k').toString('base64')}.ed25519~${seed}`
const link = `https://example.com/#${encodeURIComponent(withSeed)}`

/** All that leaves the hub but by listen() and the table. */
function written(hub: Hub): string {
  const items = logOf(hub)
  return JSON.stringify([items, hub.snapshot()]) + encode(items)
}

function expectNoSeed(text: string): void {
  for (const secret of [seed, other]) {
    for (const spelled of [secret, encodeURIComponent(secret)]) {
      expect(text).not.toContain(spelled.slice(0, 10))
      expect(text).not.toContain(spelled.slice(-10))
    }
  }
}

function expectMarked(text: string): void {
  expectNoSeed(text)
  expect(text).toContain('seed-')
}

describe.each([1000, 1, 0])('no seed is in the log, of a memory of %i events (I23)', (logLimit) => {
  test('of an address, whatever becomes of it', async () => {
    const {hub, stack, told} = setup({logLimit})
    const seen: LogItem[] = []
    const read = hub.log({live: true})
    read(null, function next(_end, item) {
      if (item) seen.push(item)
      read(null, next)
    })
    hub.connect(withSeed).catch(() => {})
    stack.lastDial.fail()
    void hub.connect(withSeed)
    const rpc = stack.lastDial.succeed()
    hub.update(withSeed, {n: 1})
    stack.incoming('bob', withSeed).die()
    rpc.closeMode = 'fails'
    hub.disconnect(withSeed).catch(() => {})
    hub.connect(withOther).catch(() => {})
    expectMarked(written(hub) + JSON.stringify(seen))
    hub.reset()
    expectMarked(written(hub) + JSON.stringify(seen))
    expect(told.events.every(({address}) => [withSeed, withOther].includes(address))).toBe(true)
  })

  test.each([
    ['a value', {invite: withSeed, old: oldInvite, link}],
    ['what is nested', {list: [[{invite: withSeed}], oldInvite, {link}]}],
    ['field names', {[withSeed]: 1, nested: {[oldInvite]: {[link]: 1}}}],
    ['text around it', {note: `I was invited by ${withSeed}, at "${oldInvite}"\n${link}`}],
    ['a claimed key', {key: `@${Buffer.alloc(32, 'k').toString('base64')}.ed25519~${seed}`, n: 1}],
  ])('of metadata, in %s', (_where, data) => {
    const {hub} = setup({logLimit})
    hub.connect('net:keyless.example.com:8008', data).catch(() => {})
    hub.connect(bob).catch(() => {})
    hub.update(bob, data)
    expectMarked(written(hub))
    expect(fold(logOf(hub))).toEqual(hub.snapshot())
  })

  test('of an error, in its message, name or code', () => {
    const {hub, stack} = setup({logLimit})
    const fail = async (error: unknown) => {
      const dialled = hub.connect(withSeed)
      stack.lastDial.fail(error)
      await expect(dialled).rejects.toBe(error)
      expectNoSeed(written(hub))
    }
    return Promise.all([
      fail(new Error(`could not connect to:${withSeed}, only know: shs`)),
      fail(Object.assign(new Error('no'), {code: oldInvite, name: link})),
      fail(withSeed),
    ])
  })

  test('of an error of a close', async () => {
    const {hub, stack} = setup({logLimit})
    const rpc = stack.incoming('bob', withSeed)
    rpc.closeMode = 'throws'
    rpc.closeError = new Error(`cannot close ${withSeed}`)
    await expect(hub.disconnect(withSeed)).rejects.toBe(rpc.closeError)
    expectMarked(written(hub))
  })
})

test('two addresses that differ only in their seed stay two', () => {
  const {hub} = setup()
  hub.connect(withSeed, {n: 1}).catch(() => {})
  hub.connect(withOther, {n: 2}).catch(() => {})
  hub.connect(bob, {n: 3}).catch(() => {})
  hub.update(withOther, {n: 4})
  const {entries} = hub.snapshot()
  expect(entries.map(([, {n}]) => n)).toEqual([1, 4, 3])
  expect(new Set(entries.map(([address]) => address)).size).toBe(3)
  const items = logOf(hub)
  expect(fold(items)).toEqual(hub.snapshot())
  expect(fold(decode(encode(items)).events)).toEqual(hub.snapshot())
  expect([...snapshots(items)].at(-1)).toEqual(hub.snapshot())
  void hub.disconnect(withSeed).catch(() => {})
  expect(hub.snapshot().entries.map(([, {n}]) => n)).toEqual([4, 3])
  expect(fold(logOf(hub))).toEqual(hub.snapshot())
})

test('the same seed has the same mark everywhere, so that what belongs together is found', () => {
  const {hub} = setup()
  hub.connect(withSeed, {invite: withSeed, old: oldInvite, link}).catch(() => {})
  const marks = JSON.stringify(hub.snapshot()).match(/seed-[0-9a-f]+/g) ?? []
  expect(marks.length).toBe(4)
  expect(new Set(marks).size).toBe(1)
  const [entry] = hub.snapshot().entries
  expect(entry?.[0]).toBe(entry?.[1].invite)
})

test('the hub itself goes on with the addresses as they were given', () => {
  const {hub, stack} = setup()
  hub.connect(withSeed, {invite: withSeed}).catch(() => {})
  expect(stack.lastDial.address).toBe(withSeed)
  expect(hub.getState(withSeed)).toBe('connecting')
  expect([...hub.entries()]).toMatchObject([[withSeed, {invite: withSeed}]])
})
