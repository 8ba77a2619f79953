import {expect, test} from 'vitest'
import {differenceOf, pair} from './compare'
import type {RpcSpec, Simple, Step} from './steps'
import {unsoundIn} from './unsound'

// Runs that random steps come to seldom, or that once showed a fault: told in full, of the model and of the hub.

const rpc: RpcSpec = {close: 'closes', id: 'as dialled'}
const connect: Step = {do: 'connect', at: 'bob', data: 'a'}
const disconnect: Step = {do: 'disconnect', at: 'bob'}
const theyConnect: Step = {do: 'incoming', who: 'bob', from: 'bob', rpc}
const pluginDials: Step = {do: 'by plugin', who: 'bob', from: 'bob', rpc}
const succeed: Step = {do: 'succeed', dial: 0, rpc}
const fail: Step = {do: 'fail', dial: 0, error: 'an error'}
const tick: Step = {do: 'tick'}
const wait = (ms: number): Step => ({do: 'wait', ms})
/** The latest rpc is 0, the one before it 1. */
const die = (n: number): Step => ({do: 'die', rpc: n})
const dieUnheard = (n: number): Step => ({do: 'die unheard', rpc: n})
const isHeard: Step = {do: 'is heard', rpc: 0}
const inPlugin = (on: 'connect before' | 'closed before', what: Step): Step =>
  ({do: 'in a plugin', on, what}) as Step
const inReader = (on: string, what: Step): Step => ({do: 'in a reader', on, what}) as Step

const stories: [title: string, steps: Step[], heard: string[], settled: string[]][] = [
  [
    'both dial at once: the link of our dial is announced, theirs waits in reserve and takes over',
    [connect, theyConnect, succeed, tick, die(0)],
    ['connecting', 'connected rpc 1', 'disconnected', 'connected rpc 0'],
    ['connect resolves rpc 1'],
  ],
  [
    'both dial at once, and our dial fails: their link answers it',
    [connect, theyConnect, fail, tick],
    ['connecting', 'connected rpc 0'],
    ['connect resolves rpc 0'],
  ],
  [
    'both dial at once, and our dial takes longer than 2 s: their link answers it, and ours comes into reserve',
    [connect, theyConnect, wait(2000), tick, succeed, die(1)],
    ['connecting', 'connected rpc 0', 'disconnected', 'connected rpc 1'],
    ['connect resolves rpc 0'],
  ],
  [
    'a link that dies while it waits for our dial is never heard of',
    [connect, theyConnect, die(0), wait(2000), fail, tick],
    ['connecting', 'connecting-failed'],
    ["connect rejects the stack's error 1"],
  ],
  [
    'of several links that wait for our dial, the newest that lives is announced',
    [connect, theyConnect, theyConnect, theyConnect, dieUnheard(0), fail, tick],
    ['connecting', 'connected rpc 1'],
    ['connect resolves rpc 1'],
  ],
  [
    'disconnect() closes a link that waits for our dial',
    [connect, theyConnect, disconnect, tick],
    ['connecting', 'disconnecting', 'disconnected'],
    ['connect rejects ERR_CALLED_OFF', 'disconnect resolves true'],
  ],
  [
    'a dial that was not waited for is called off when the entry ends',
    [connect, theyConnect, wait(2000), tick, die(0), succeed],
    ['connecting', 'connected rpc 0', 'disconnected'],
    ['connect resolves rpc 0'],
  ],
  [
    'a link that did not let itself be closed does not wait for a dial that a reader begins: it is announced',
    [
      connect,
      {do: 'incoming', who: 'bob', from: 'bob', rpc: {...rpc, close: 'fails'}},
      inReader('disconnected', connect),
      disconnect,
      tick,
    ],
    ['connecting', 'disconnecting', 'disconnecting-failed', 'disconnected', 'connecting', 'connected rpc 0'],
    ['connect rejects ERR_CALLED_OFF', "disconnect rejects the stack's error 0", 'connect resolves rpc 0'],
  ],
  [
    'a peer that comes back after more than 2 s is announced anew, with the metadata',
    [connect, succeed, tick, wait(2001), theyConnect, connect, tick],
    ['connecting', 'connected rpc 0', 'disconnected', 'connected rpc 1'],
    ['connect resolves rpc 0', 'connect resolves rpc 1'],
  ],
  [
    'a further link within 2 s, or of a dial, waits in reserve',
    [connect, succeed, wait(2000), theyConnect, wait(1), pluginDials, tick],
    ['connecting', 'connected rpc 0'],
    ['connect resolves rpc 0'],
  ],
  [
    'the newest reserve takes over',
    [connect, succeed, theyConnect, theyConnect, die(2), tick],
    ['connecting', 'connected rpc 0', 'disconnected', 'connected rpc 2'],
    ['connect resolves rpc 2'],
  ],
  [
    'a reserve that is closed before its event is heard does not take over',
    [connect, succeed, theyConnect, dieUnheard(0), die(1), isHeard, tick],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting'],
    [],
  ],
  [
    'the metadata of an entry goes with its last link, also where a call comes before the readers were told',
    [
      connect,
      succeed,
      theyConnect,
      tick,
      dieUnheard(0),
      inReader('disconnected', {do: 'connect', at: 'bob', data: 'nothing'}),
      die(1),
      tick,
    ],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting'],
    ['connect resolves rpc 0'],
  ],
  [
    'a plugin that connects again when it hears the rpc close, before the hub does',
    [connect, succeed, tick, inPlugin('closed before', connect), die(0)],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting'],
    ['connect resolves rpc 0'],
  ],
  [
    'a call that is answered with an rpc that closes in the same tick dials',
    [connect, succeed, tick, connect, dieUnheard(0), tick, isHeard],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting'],
    ['connect resolves rpc 0'],
  ],
  [
    'a call that is answered with an rpc that closes in the same tick is answered with the reserve',
    [connect, succeed, theyConnect, dieUnheard(1), tick],
    ['connecting', 'connected rpc 0', 'disconnected', 'connected rpc 1'],
    ['connect resolves rpc 1'],
  ],
  [
    'a wrapper of an rpc is the same link',
    [connect, {do: 'succeed wrapped', dial: 0, rpc}, tick, die(0)],
    ['connecting', 'connected wrapper of rpc 0', 'disconnected'],
    ['connect resolves wrapper of rpc 0'],
  ],
  [
    'a hook of ssb.connect that rejects is a failed dial',
    [{do: 'dials', will: 'promise'}, connect, {do: 'reject', dial: 0, error: 'an error'}, tick],
    ['connecting', 'connecting-failed'],
    ["connect rejects the stack's error 0"],
  ],
  [
    'a signal does not reach what was begun after its attempt was called off',
    [
      {do: 'connect', at: 'bob', data: 'nothing', signal: 0},
      inReader('disconnected', connect),
      inReader('connecting', {do: 'abort', signal: 0}),
      {do: 'reset'},
      succeed,
      tick,
    ],
    ['connecting', 'disconnecting', 'disconnected', 'connecting', 'connected rpc 0'],
    ["connect rejects the stack's error 0", 'connect resolves rpc 0'],
  ],
  [
    'what was given last stays, also where an older call waited for the end',
    [
      connect,
      {do: 'succeed', dial: 0, rpc: {...rpc, close: 'hangs'}},
      theyConnect,
      tick,
      disconnect,
      {do: 'connect', at: 'bob', data: 'a'},
      {do: 'update', at: 'bob', data: 'another a'},
      theyConnect,
      {do: 'closes', rpc: 2},
      tick,
    ],
    ['connecting', 'connected rpc 0', 'disconnecting', 'disconnected', 'connected rpc 2'],
    ['connect resolves rpc 0', 'disconnect resolves true', 'connect resolves rpc 2'],
  ],
  [
    'a signal of another call does not call off one that goes on',
    [
      connect,
      succeed,
      inReader('disconnected', {do: 'connect', at: 'bob', data: 'nothing', signal: 0}),
      die(0),
      {do: 'abort', signal: 0},
      tick,
      fail,
      tick,
    ],
    [
      'connecting',
      'connected rpc 0',
      'disconnected',
      'connecting',
      'disconnecting',
      'disconnected',
      'connecting',
      'connecting-failed',
    ],
    ["connect rejects the stack's error 1", "connect rejects the stack's error 2"],
  ],
  [
    'a signal that aborts before the promise settles is the reason, also of a call that went on',
    [
      {do: 'connect', at: 'bob', data: 'nothing', signal: 0},
      succeed,
      die(0),
      tick,
      succeed,
      {do: 'abort', signal: 0},
      tick,
    ],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting', 'connected rpc 1'],
    ["connect rejects the stack's error 2"],
  ],
  [
    'a signal that aborts while a connect() finds its link closed is the reason, and nothing is dialled',
    [
      connect,
      succeed,
      tick,
      dieUnheard(0),
      inReader('disconnected', {do: 'abort', signal: 0}),
      {do: 'connect', at: 'bob', data: 'nothing', signal: 0},
      disconnect,
      tick,
    ],
    ['connecting', 'connected rpc 0', 'disconnected'],
    ['connect resolves rpc 0', "connect rejects the stack's error 1", 'disconnect resolves false'],
  ],
  [
    'a link that waits for a dial goes on waiting when an older entry has been told to have ended',
    [
      connect,
      succeed,
      tick,
      inReader('disconnected', theyConnect),
      inPlugin('connect before', connect),
      die(0),
      succeed,
      tick,
    ],
    ['connecting', 'connected rpc 0', 'disconnected', 'connecting', 'connected rpc 2'],
    ['connect resolves rpc 0', 'connect resolves rpc 2'],
  ],
  [
    'a link that has moved to the entry of its dial is not closed with those that it was among',
    [
      {do: 'was there', who: 'bob', from: 'bob', rpc},
      {do: 'connect', at: 'bob at home', data: 'nothing'},
      {do: 'announce', dial: 0, rpc},
      tick,
      inPlugin('closed before', {do: 'call back', dial: 0, with: 'the announced'}),
      disconnect,
      tick,
    ],
    ['connecting', 'disconnecting', 'connected rpc 1', 'disconnected'],
    ['disconnect resolves true', 'connect resolves rpc 1'],
  ],
  [
    'an rpc that is banned before anybody has claimed it is no reason to look at other links',
    [
      theyConnect,
      inReader('connecting', dieUnheard(0) as Simple),
      {do: 'connect', at: 'bob at home', data: 'nothing'},
      succeed,
      {do: 'succeed', dial: 0, rpc: {...rpc, close: 'throws'}},
      tick,
    ],
    ['connected rpc 0', 'connecting', 'connected rpc 1'],
    ['connect resolves rpc 1'],
  ],
  [
    'connections that were there before the hub are taken in',
    [{do: 'was there', who: 'bob', from: 'bob', rpc}, connect, tick, die(0), tick],
    ['disconnected'],
    ['connect resolves rpc 0'],
  ],
]

/** What the first reader of the model hears, and how its promises settle. */
function toldByModel(steps: readonly Step[]): {heard: string[]; settled: string[]} {
  const {model} = pair()
  for (const step of steps) {
    model.run(step)
    if (step.do === 'tick') model.subject.endOfTick()
  }
  const heard = model.told.filter((line) => line.startsWith('first heard'))
  return {
    heard: heard.map((line) => {
      const [, type, rpc] = /^first heard (\S+) .*?((?:wrapper of )?rpc \d+|now)/.exec(line) ?? []
      return type === 'connected' ? `${type} ${rpc}` : `${type}`
    }),
    settled: model.settled.map((line) => line.replace(/^\d+ (\w+) .*? (resolves|rejects) /, '$1 $2 ')),
  }
}

test.each(stories)('%s', async (_, steps, heard, settled) => {
  expect(toldByModel(steps)).toEqual({heard, settled})
  expect(await differenceOf(pair(), steps)).toBeUndefined()
})

test('a clock that disconnects while the timers of links that wait are cleared', async () => {
  const steps: Step[] = [
    connect,
    theyConnect,
    {do: 'in a plugin', on: 'clear timer', what: {do: 'disconnect', at: 'bob'}},
    fail,
    tick,
  ]
  expect(await unsoundIn(steps)).toEqual([])
})

test('a clock that ends the new link and dials again, while the timers of links that waited are cleared', async () => {
  const steps: Step[] = [
    {do: 'in a plugin', on: 'now', what: {do: 'connect', at: 'bob', data: 'nothing'}},
    {do: 'in a plugin', on: 'clear timer', what: die(0) as Simple},
    {do: 'in a plugin', on: 'remove listener', what: {do: 'connect', at: 'bob', data: 'nothing'}},
    theyConnect,
    succeed,
    tick,
  ]
  expect(await unsoundIn(steps)).toEqual([])
})

test('a dial that calls back with an rpc, while a reader is told of an end which that rpc has brought about', async () => {
  const steps: Step[] = [
    {do: 'in a plugin', on: 'now', what: die(0) as Simple},
    {do: 'connect', at: 'bob with a seed', data: 'nothing'},
    inReader('disconnected', {do: 'call back', dial: 0, with: 'the announced'}),
    succeed,
    dieUnheard(0),
    {do: 'connect', at: 'bob', data: 'nothing'},
    pluginDials,
    tick,
    isHeard,
    die(0),
    tick,
  ]
  expect(await unsoundIn(steps)).toEqual([])
})

test('a hub that is reset while a reserve is looked at which has died unheard', async () => {
  const steps: Step[] = [
    {do: 'was there', who: 'bob', from: 'bob', rpc},
    wait(2000),
    inReader('disconnected', dieUnheard(0) as Simple),
    {do: 'in a plugin', on: 'remove listener', what: {do: 'reset'}},
    wait(1),
    theyConnect,
    tick,
    wait(1),
  ]
  expect(await unsoundIn(steps)).toEqual([])
})

test('a hub that is reset, and connects anew, while a link is looked at as the signal of its dial aborts', async () => {
  const steps: Step[] = [
    {do: 'connect', at: 'bob', data: 'nothing', signal: 0},
    theyConnect,
    dieUnheard(0),
    {do: 'in a plugin', on: 'remove listener', what: {do: 'reset'}},
    inReader('disconnected', connect),
    {do: 'abort', signal: 0},
    tick,
    {do: 'succeed', dial: 1, rpc},
    tick,
  ]
  expect(await unsoundIn(steps)).toEqual([])
})
