import {describe, expect, test} from 'vitest'
import {type Command, decide, type Known} from '../src/decide'
import type {PeerEvent} from '../src/events'

const address = 'net:example.com:8008~shs:AAA'
const keyless = 'net:example.com:8008'
const key = '@AAA.ed25519'
const data = {note: 'hi'}

const connecting: Known = {state: 'connecting', key}
const connected: Known = {state: 'connected', key}
const disconnecting: Known = {state: 'disconnecting', key}

const updated: PeerEvent = {type: 'updated', address, cause: 'caller', data}

/** Given a peer, when a command, then an event. */
const table: [name: string, given: Known | undefined, when: Command, then: PeerEvent | undefined][] = [
  [
    'connect: absent',
    undefined,
    {type: 'connect', address, attempt: 1, data},
    {type: 'connecting', address, cause: 'caller', attempt: 1, key, data},
  ],
  ['connect: connecting', connecting, {type: 'connect', address, attempt: 1}, undefined],
  ['connect: connecting, with data', connecting, {type: 'connect', address, attempt: 1, data}, updated],
  ['connect: connected, with data', connected, {type: 'connect', address, attempt: 1, data}, updated],
  ['connect: disconnecting, with data', disconnecting, {type: 'connect', address, attempt: 1, data}, updated],
  ['disconnect: absent', undefined, {type: 'disconnect', address}, undefined],
  [
    'disconnect: connecting',
    connecting,
    {type: 'disconnect', address, attempt: 1},
    {type: 'disconnecting', address, cause: 'caller', key, attempt: 1},
  ],
  [
    'disconnect: connected',
    connected,
    {type: 'disconnect', address},
    {type: 'disconnecting', address, cause: 'caller', key},
  ],
  ['disconnect: disconnecting', disconnecting, {type: 'disconnect', address}, undefined],
  ['update: absent', undefined, {type: 'update', address, data}, undefined],
  ['update: connecting', connecting, {type: 'update', address, data}, updated],
  ['update: connected', connected, {type: 'update', address, data}, updated],
  ['update: disconnecting', disconnecting, {type: 'update', address, data}, updated],
  ['update: nothing', connected, {type: 'update', address}, undefined],
  ['update: only own fields', connected, {type: 'update', address, data: {state: 'x', key: '@x'}}, undefined],
  [
    'update: the key of a peer that has none',
    {state: 'connecting'},
    {type: 'update', address: keyless, data: {key: '@x', note: 'hi'}},
    {type: 'updated', address: keyless, cause: 'caller', key: '@x', data},
  ],
  [
    'connect: the key that the caller claims',
    undefined,
    {type: 'connect', address: keyless, attempt: 1, data: {key: '@x'}},
    {type: 'connecting', address: keyless, cause: 'caller', attempt: 1, key: '@x'},
  ],
]

describe('decide()', () => {
  test.each(table)('%s', (_name, given, when, then) => {
    expect(decide(when, given)).toEqual(then)
  })
})
