import {describe, expect, test} from 'vitest'
import type {PeerEvent} from '../../src/events'
import * as kit from '../../src/testing'
import {type Ask, connect, disconnect, type Given, given, update} from '../../src/testing'

const address = 'net:example.com:8008~shs:AAA'
const keyless = 'net:example.com:8008'
const key = '@AAA.ed25519'
const data = {note: 'hi'}

const absent = given()
const connecting = given(kit.connecting(address))
const connected = given(kit.connected(address))
const disconnecting = given(kit.connected(address), kit.disconnecting(address))

const updated: PeerEvent = {type: 'updated', address, cause: 'caller', key, data}
const ending: PeerEvent = {type: 'disconnecting', address, cause: 'caller', key, reason: 'disconnect'}
const calledOff: PeerEvent = {...ending, attempt: 1}
const claimed = {address: keyless, cause: 'caller', key: '@x'} as const

/** Given what happened, when a command, then an event. */
const table: [name: string, given: Given, when: Ask, then?: PeerEvent][] = [
  [
    'connect: absent',
    absent,
    connect(address, data),
    {type: 'connecting', address, cause: 'caller', attempt: 1, key, data},
  ],
  ['connect: connecting', connecting, connect(address)],
  ['connect: connecting, with data', connecting, connect(address, data), updated],
  ['connect: connected, with data', connected, connect(address, data), updated],
  ['connect: disconnecting, with data', disconnecting, connect(address, data), updated],
  ['disconnect: absent', absent, disconnect(address)],
  ['disconnect: connecting', connecting, disconnect(address), calledOff],
  ['disconnect: connected', connected, disconnect(address), ending],
  ['disconnect: disconnecting', disconnecting, disconnect(address)],
  [
    'update: the key that is known already',
    connected,
    update(address, {key: '@other', ...data}),
    {type: 'updated', address, cause: 'caller', key, data},
  ],
  ['update: absent', absent, update(address, data)],
  ['update: connecting', connecting, update(address, data), updated],
  ['update: connected', connected, update(address, data), updated],
  ['update: disconnecting', disconnecting, update(address, data), updated],
  ['update: nothing', connected, update(address, null)],
  ['update: only own fields', connected, update(address, {state: 'x', key: '@x'})],
  [
    'update: the key of a peer that has none',
    given(kit.connecting(keyless)),
    update(keyless, {key: '@x', ...data}),
    {type: 'updated', ...claimed, data},
  ],
  [
    'connect: the key that the caller claims',
    absent,
    connect(keyless, {key: '@x'}),
    {type: 'connecting', ...claimed, attempt: 1},
  ],
]

describe('decide()', () => {
  test.each(table)('%s', (_name, given, when, then) => {
    expect(given.when(when).events()).toEqual(then ? [then] : [])
  })
})
