import {describe, expect, test} from 'vitest'
import type {LogItem} from '../../src/types'
import {logOf} from '../kit/reading'
import {type Hub, settled, setup} from '../kit/setup'
import {bob, carol} from './items'

/** Bob's key, as his address has it. */
function keyOf(hub: Hub): string | undefined {
  return [...hub.entries()].find(([address]) => address === bob)?.[1].key
}

function ofType<T extends LogItem['type']>(hub: Hub, type: T) {
  return logOf(hub).filter((item): item is LogItem & {type: T} => item.type === type)
}

describe('the log says why an attempt was called off, or links are being closed', () => {
  test.each([
    ['disconnect', (hub: Hub) => hub.disconnect(bob)],
    ['reset', (hub: Hub) => hub.reset()],
    ['close', (hub: Hub) => hub.close()],
  ] as const)('%s', (reason, command) => {
    const {hub, stack} = setup()
    const carols = stack.incoming('carol', carol)
    hub.connect(bob).catch(() => {})
    void command(hub)
    if (reason === 'disconnect') void hub.disconnect(carol)
    expect(ofType(hub, 'disconnecting').map(({reason, attempt}) => [reason, attempt])).toEqual(
      expect.arrayContaining([
        [reason, 2],
        [reason, undefined],
      ]),
    )
    expect(carols.closed).toBe(true)
    for (const event of ofType(hub, 'disconnecting')) expect(event).not.toHaveProperty('error')
  })

  test('a signal, with what it gave as its reason', () => {
    const {hub} = setup()
    const [first, last] = [new AbortController(), new AbortController()]
    for (const {signal} of [first, last]) hub.connect(bob, null, {signal}).catch(() => {})
    first.abort()
    expect(ofType(hub, 'disconnecting')).toEqual([])
    last.abort(new DOMException('it took too long', 'TimeoutError'))
    expect(ofType(hub, 'disconnecting')).toMatchObject([
      {
        cause: 'caller',
        reason: 'signal',
        attempt: 1,
        error: {name: 'TimeoutError', message: 'it took too long', code: 23},
      },
    ])
  })

  test('a signal whose reason has a seed in it, without the seed', () => {
    const {hub} = setup()
    const controller = new AbortController()
    hub.connect(bob, null, {signal: controller.signal}).catch(() => {})
    controller.abort(`no more of ${bob}:${'A'.repeat(43)}=`)
    expect(JSON.stringify(ofType(hub, 'disconnecting'))).toMatch(/no more of .*:seed-[0-9a-f]{16}"/)
  })

  test('a signal whose reason asks for the connection when it is looked at calls nothing off', async () => {
    const {hub, stack} = setup()
    const controller = new AbortController()
    hub.connect(bob, null, {signal: controller.signal}).catch(() => {})
    let asked: Promise<unknown> | undefined
    controller.abort({
      get message() {
        asked ??= hub.connect(bob)
        return 'mine'
      },
    })
    expect(ofType(hub, 'disconnecting')).toEqual([])
    const rpc = stack.lastDial.succeed()
    await settled()
    expect(await asked).toBe(rpc)
  })
})

describe('the log says why a link ended, where the stack tells', () => {
  test('of the announced link, and of one in reserve', () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob', bob)
    for (const rpc of [second, first]) {
      rpc.closed = true
      rpc.emit('closed', Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'}))
    }
    const error = {name: 'Error', message: 'read ECONNRESET', code: 'ECONNRESET'}
    expect(ofType(hub, 'released')).toMatchObject([{cause: 'remote', error}])
    expect(ofType(hub, 'disconnected')).toMatchObject([{cause: 'remote', error}])
  })

  test.each([undefined, null, true])('and says nothing where it tells %j', (told) => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closed = true
    rpc.emit('closed', told)
    expect(ofType(hub, 'disconnected')[0]).not.toHaveProperty('error')
  })
})

test('every event about a peer whose key is known tells it', async () => {
  const {hub, stack} = setup()
  const dialled = hub.connect(bob)
  dialled.catch(() => {})
  hub.update(bob, {n: 1})
  stack.lastDial.succeed()
  stack.incoming('bob', bob).die()
  const key = keyOf(hub)
  await settled()
  hub.reset()
  hub.connect(bob).catch(() => {})
  stack.lastDial.fail()
  await settled()
  const events = logOf(hub).filter((item) => 'address' in item)
  expect(new Set(events.map(({type}) => type)).size).toBe(8)
  for (const event of events) expect(event).toMatchObject({key})
})
