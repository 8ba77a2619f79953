import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {addressOf, FakeRpc, FakeStack, keyOfName, originOf, ourKey} from '../../src/testing'
import {keyOf} from '../../src/values/address'

const bob = addressOf('bob')

/** What a stack gave to a callback of a dial, and to its listeners. */
function listening(stack = new FakeStack()) {
  const heard: unknown[][] = []
  stack.on('rpc:connect', (rpc: FakeRpc, isClient: boolean) => heard.push(['rpc:connect', rpc, isClient]))
  const dial = () => stack.connect(bob, (...values: unknown[]) => heard.push(values))
  return {stack, heard, dial}
}

describe('a name', () => {
  const names = [
    'bob',
    'bobA',
    'bo',
    'b/o',
    'b-o',
    'B',
    '',
    '/2d/',
    'peer-12',
    'zoë',
    '😀',
    '.',
    'a'.repeat(42),
  ]

  test('has a key that shows it, and that no other name has', () => {
    expect(keyOfName('bob')).toBe('@bobAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519')
    expect(keyOfName('peer-1')).toBe('@peer/2d/1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519')
    expect(new Set(names.map(keyOfName)).size).toBe(names.length)
  })

  test('has a key that is one: 32 bytes in base64', () => {
    for (const name of names) {
      const [, base64 = ''] = /^@(.*)\.ed25519$/.exec(keyOfName(name)) ?? []
      expect(Buffer.from(base64, 'base64').toString('base64')).toBe(base64)
      expect(Buffer.from(base64, 'base64')).toHaveLength(32)
    }
  })

  test('has addresses on any host, all with its key', () => {
    expect(bob).toBe('net:bob.example.com:8008~shs:bobAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')
    for (const address of [bob, addressOf('bob', 'room.example.com'), originOf('bob')]) {
      expect(keyOf(address)).toBe(keyOfName('bob'))
    }
  })

  test('must be short enough for a key', () => {
    expect(() => keyOfName('a'.repeat(43))).toThrow(
      new RangeError(`this name is too long for a key: ${'a'.repeat(43)}`),
    )
  })
})

describe('a dial', () => {
  test('waits until the test decides', () => {
    const {stack, heard, dial} = listening()
    dial()
    dial()
    expect(stack.dials.map(({address}) => address)).toEqual([bob, bob])
    expect(stack.lastDial).toBe(stack.dials[1])
    expect(heard).toEqual([])
  })

  test('that succeeds announces its rpc, and calls back in the same tick', () => {
    const {stack, heard, dial} = listening()
    dial()
    const rpc = stack.lastDial.succeed()
    expect(heard).toEqual([
      ['rpc:connect', rpc, true],
      [null, rpc],
    ])
    expect(rpc).toMatchObject({id: keyOfName('bob'), stream: {address: bob}, closed: false})
    expect(stack.peers).toEqual({[rpc.id]: [rpc]})
  })

  test('succeeds with the rpc of the test, where it gives one', () => {
    const {stack, heard, dial} = listening()
    dial()
    const rpc = stack.lastDial.rpc()
    rpc.die()
    expect(stack.lastDial.succeed(rpc)).toBe(rpc)
    expect(heard.at(-1)).toEqual([null, rpc])
    expect(stack.peers).toEqual({})
  })

  test('that fails gives an error, or what the test says', () => {
    const {stack, heard, dial} = listening()
    dial()
    stack.lastDial.fail()
    stack.lastDial.fail('no')
    expect(heard).toEqual([[new Error('connection refused')], ['no']])
  })

  test('may call back with anything, as often as the test wants, and announces nothing then', () => {
    const {stack, heard, dial} = listening()
    dial()
    stack.lastDial.callBack()
    stack.lastDial.callBack(null, 5)
    expect(heard).toEqual([
      [undefined, undefined],
      [null, 5],
    ])
  })

  test('is answered at once, or throws, where the test says so beforehand', () => {
    const {stack, heard, dial} = listening()
    stack.onDial = (now) => now.fail('at once')
    dial()
    expect(heard).toEqual([['at once']])
    stack.onDial = () => {
      throw new Error('no such port')
    }
    expect(dial).toThrow('no such port')
  })

  const base64 = Buffer.alloc(32, 'k').toString('base64')

  test.each([
    `net:a.com:8008~shs:${base64}`,
    `ws://a.com~shs:${base64};net:a.com:8008~shs:${Buffer.alloc(32, 'o').toString('base64')}`,
    `onion:a.onion:8008;ws://a.com:80/x~shs:${base64.slice(0, 43)}`,
    `net:a.com:8008~shs:@${base64}.ed25519`,
    `net:a.com:8008~shs2:${base64}`,
    `net:a.com:8008~shs:${base64}:${base64}`,
    `net:a.com:8008~shs:${Buffer.alloc(32, 'þ').toString('base64url')}`,
    'net:shs:AAA:8008~noauth',
    'ws://a.com:80',
  ])('leads to the peer whose key the hub reads in the address: %s', async (address) => {
    const stack = new FakeStack()
    const hub = new ConnHub(stack)
    stack.onDial = (dial) => dial.succeed()
    const rpc = await hub.connect(address)
    expect(rpc).toMatchObject({id: keyOf(address) ?? keyOfName('somebody')})
    expect([...hub.entries()]).toMatchObject([[address, {key: keyOf(address) ?? keyOfName('somebody')}]])
    hub.close()
  })

  test('to an address without a key leads to somebody', () => {
    const stack = new FakeStack()
    stack.connect('net:example.com:8008', () => {})
    expect(stack.lastDial.rpc().id).toBe(keyOfName('somebody'))
  })

  test('that was never made is an error of the test', () => {
    expect(() => new FakeStack().lastDial).toThrow('the hub has not dialled')
  })
})

describe('a stack', () => {
  test('has a key of its own, and is ready unless the test says otherwise', () => {
    const stack = new FakeStack()
    expect(stack.id).toBe(ourKey)
    expect(ourKey).toBe(keyOfName('us'))
    expect(stack.ready()).toBe(true)
    stack.isReady = false
    expect(stack.ready()).toBe(false)
  })

  test('announces remotes that connect, and what other plugins dial', () => {
    const {stack, heard} = listening()
    const remote = stack.incoming('bob')
    const other = stack.dialByPlugin('bob')
    expect(heard).toEqual([
      ['rpc:connect', remote, false],
      ['rpc:connect', other, true],
    ])
    expect([remote, other].map(({id}) => id)).toEqual([keyOfName('bob'), keyOfName('bob')])
    expect([remote, other].map(({stream}) => stream.address)).toEqual([originOf('bob'), bob])
    expect(stack.incoming('bob', 'net:h:1').stream.address).toBe('net:h:1')
    expect(stack.dialByPlugin('bob', 'net:h:2').stream.address).toBe('net:h:2')
  })

  test('holds each rpc until it closes', () => {
    const stack = new FakeStack()
    const [first, second] = [stack.incoming('bob'), stack.incoming('bob')]
    first.die()
    expect(stack.peers[first.id]).toEqual([second])
    second.die()
    expect(stack.peers[first.id]).toEqual([])
  })

  test('that is not ready has what connects to it closed by the hub', () => {
    const stack = new FakeStack()
    new ConnHub(stack)
    stack.isReady = false
    expect(stack.incoming('bob').closed).toBe(true)
  })
})

describe('an rpc', () => {
  const error = new Error('close failed')

  function closed(rpc: FakeRpc) {
    const heard: unknown[] = []
    rpc.on('closed', () => heard.push('closed'))
    rpc.close(true, (...values) => heard.push(values))
    return heard
  }

  function rpcThat(closeMode: FakeRpc['closeMode']): FakeRpc {
    return Object.assign(new FakeRpc(keyOfName('bob')), {closeMode})
  }

  test('closes, unless the test says otherwise: it is heard, then the callback follows', () => {
    const rpc = new FakeRpc(keyOfName('bob'))
    expect(closed(rpc)).toEqual(['closed', []])
    expect(rpc).toMatchObject({closed: true, closes: 1})
  })

  test('may fail to close', () => {
    const rpc = rpcThat('fails')
    expect(closed(rpc)).toEqual([[error]])
    rpc.closeError = 'no'
    expect(closed(rpc)).toEqual([['no']])
    expect(rpc).toMatchObject({closed: false, closes: 2})
  })

  test('may throw when it is closed', () => {
    const rpc = rpcThat('throws')
    expect(() => closed(rpc)).toThrow(error)
    expect(rpc.closed).toBe(false)
  })

  test('may hang, until the test answers', () => {
    const rpc = rpcThat('hangs')
    const heard = [closed(rpc), closed(rpc)]
    expect(heard).toEqual([[], []])
    rpc.answerCloses('late')
    rpc.answerCloses('later')
    expect(heard).toEqual([[['late']], [['late']]])
  })

  test('may be silent: it calls back, and is not heard', () => {
    const rpc = rpcThat('is silent')
    expect(closed(rpc)).toEqual([[]])
    expect(rpc.closed).toBe(true)
  })

  test('may be closed without a callback, in every way but by throwing', () => {
    for (const mode of ['closes', 'fails', 'hangs', 'is silent'] as const) {
      const rpc = rpcThat(mode)
      rpc.close(true)
      rpc.answerCloses()
    }
  })

  test('dies once', () => {
    const rpc = new FakeRpc(keyOfName('bob'))
    const heard: string[] = []
    rpc.on('closed', () => heard.push('closed'))
    rpc.die()
    rpc.die()
    expect(heard).toEqual(['closed'])
  })

  test('tells why it died, where the test says why', () => {
    const heard: unknown[][] = []
    for (const why of [undefined, error]) {
      const rpc = new FakeRpc(keyOfName('bob'))
      rpc.on('closed', (...values: unknown[]) => heard.push(values))
      rpc.die(why)
    }
    expect(heard).toEqual([[], [error]])
  })
})

describe('an emitter', () => {
  const make = () => new FakeRpc('@a')

  test('calls the listeners of an event in their order, with what was emitted', () => {
    const emitter = make()
    const heard: unknown[] = []
    emitter.on('e', (...values: unknown[]) => heard.push(['first', ...values]))
    emitter.addListener('e', (...values: unknown[]) => heard.push(['second', ...values]))
    emitter.on('other', () => heard.push('other'))
    expect(emitter.emit('e', 1, 2)).toBe(true)
    expect(heard).toEqual([
      ['first', 1, 2],
      ['second', 1, 2],
    ])
    expect(emitter.emit('nothing')).toBe(false)
  })

  test('calls a listener once, where it is to be called once', () => {
    const emitter = make()
    const heard: string[] = []
    emitter.once('e', () => {
      heard.push('e')
      emitter.emit('e')
    })
    emitter.emit('e')
    expect(heard).toEqual(['e'])
    expect(emitter.listenerCount('e')).toBe(0)
  })

  test('forgets a listener that is removed, one for each time', () => {
    const emitter = make()
    const heard: string[] = []
    const listener = () => heard.push('e')
    emitter.on('e', listener).once('e', listener).on('e', listener)
    expect(emitter.listenerCount('e')).toBe(3)
    emitter.removeListener('e', listener).removeListener('e', listener)
    expect(emitter.listenerCount('e')).toBe(1)
    emitter.emit('e')
    emitter.emit('e')
    expect(heard).toEqual(['e', 'e'])
    emitter.removeListener('e', () => {})
    expect(emitter.listenerCount('e')).toBe(1)
  })

  test('calls all who listened when the event came, also those that are removed meanwhile', () => {
    const emitter = make()
    const heard: string[] = []
    const second = () => heard.push('second')
    emitter.on('e', () => emitter.removeListener('e', second).on('e', () => heard.push('third')))
    emitter.on('e', second)
    emitter.emit('e')
    expect(heard).toEqual(['second'])
  })

  test('throws what a listener throws, and calls nobody after it', () => {
    const emitter = make()
    const heard: string[] = []
    emitter.on('e', () => {
      throw new Error('no')
    })
    emitter.on('e', () => heard.push('second'))
    expect(() => emitter.emit('e')).toThrow('no')
    expect(heard).toEqual([])
  })
})
