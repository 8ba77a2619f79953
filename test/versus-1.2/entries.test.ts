import {addressOf, FakeRpc, keyOfName, ourKey, settled} from '../kit/fake-stack'
import {bob, bobElsewhere, carol, faults, keyless, outcome, throws} from './world'

faults('entries of 1.2.1', [
  {
    title: 'an entry stays connected while another of its links is alive',
    play: (world) => {
      const first = world.stack.incoming('bob', bob)
      const second = world.stack.incoming('bob', bob)
      first.die()
      return [world.hub.getState(bob) ?? 'absent', second.closed]
    },
    right: ['connected', false],
    wrong: ['absent', false],
  },
  {
    title: 'an rpc that is closed when it arrives gets no entry',
    play: (world) => {
      const rpc = new FakeRpc(keyOfName('bob'), bob)
      rpc.die()
      world.stack.announce(rpc, false)
      return world.hub.getState(bob) ?? 'absent'
    },
    right: 'absent',
    wrong: 'connected',
  },
  {
    title: 'a dial that gives a closed rpc has failed',
    play: async (world) => {
      const connected = outcome(world.hub.connect(bob))
      const rpc = world.stack.lastDial.rpc()
      rpc.die()
      world.stack.lastDial.succeed(rpc)
      return [await connected, world.hub.getState(bob) ?? 'absent']
    },
    right: ['rejects: ERR_DEAD_ON_ARRIVAL', 'absent'],
    wrong: ['an rpc', 'connected'],
  },
  {
    title: 'a dial that succeeds while the stack is not ready has failed',
    play: async (world) => {
      const connected = outcome(world.hub.connect(bob))
      world.stack.isReady = false
      world.stack.lastDial.succeed()
      return [await connected, world.hub.getState(bob) ?? 'absent']
    },
    right: ['rejects: ERR_NOT_READY', 'absent'],
    wrong: ['an rpc', 'connected'],
  },
  {
    title: 'a dial that gives no rpc has failed',
    play: async (world) => {
      const connected = outcome(world.hub.connect(bob))
      world.stack.lastDial.callBack(null, undefined)
      return [await connected, world.hub.getState(bob) ?? 'absent']
    },
    right: ['rejects: ERR_NO_RPC', 'absent'],
    wrong: ['undefined', 'connected'],
  },
  {
    title: 'a dial that throws has failed',
    play: async (world) => {
      world.stack.onDial = () => {
        throw new Error('bad port')
      }
      const connected = await outcome(world.hub.connect(bob))
      return [connected, world.hub.getState(bob) ?? 'absent']
    },
    right: ['rejects: bad port', 'absent'],
    wrong: ['rejects: bad port', 'connecting'],
  },
  {
    title: 'a connection to an address without a key ends with its rpc',
    play: async (world) => {
      const rpc = await world.connect(keyless)
      rpc.die()
      await world.advance(1000)
      return world.hub.getState(keyless) ?? 'absent'
    },
    right: 'absent',
    wrong: 'connected',
  },
  {
    title: 'an address without a key has one entry, of the key that answered',
    play: async (world) => {
      const rpc = await world.connect(keyless)
      return world.data(keyless)?.key === rpc.id
    },
    right: true,
    wrong: false,
  },
  {
    title: 'our own address is not dialled',
    play: async (world) => {
      const us = `net:45.0.0.4:8008~shs:${ourKey.slice(1, -8)}`
      const connected = await outcome(world.hub.connect(us))
      return [connected, world.stack.dials.length, world.hub.getState(us) ?? 'absent']
    },
    right: ['false', 0, 'absent'],
    wrong: ['pending', 1, 'connecting'],
  },
  {
    title: 'a connection that another plugin dialled gets an entry',
    play: async (world) => {
      world.stack.dialByPlugin('bob', bob)
      await world.advance(5000)
      return world.hub.getState(bob) ?? 'absent'
    },
    right: 'connected',
    wrong: 'absent',
  },
  {
    title: 'the links of two addresses of one peer are apart',
    play: async (world) => {
      world.hub.connect(bobElsewhere).catch(() => {})
      const rpc = await world.connect(bob)
      rpc.die()
      return [world.hub.getState(bobElsewhere) ?? 'absent', world.hub.getState(bob) ?? 'absent']
    },
    right: ['connecting', 'absent'],
    wrong: ['absent', 'connected'],
  },
  {
    title: 'a disconnect whose link was heard closing has succeeded, whatever its close says',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.close = (_error, callback = () => {}) => {
        rpc.die()
        callback(new Error('too late'))
      }
      return [await outcome(world.hub.disconnect(bob)), world.hub.getState(bob) ?? 'absent']
    },
    right: ['true', 'absent'],
    wrong: ['rejects: too late', 'connected'],
  },
  {
    title: 'reset() ends an entry whose link does not close',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      world.hub.reset()
      await settled()
      return world.hub.getState(bob) ?? 'absent'
    },
    right: 'absent',
    wrong: 'connected',
  },
  {
    title: 'ws: addresses have an inferredType',
    play: (world) => {
      const address = bob.replace('net:45.0.0.1:8008', 'ws://45.0.0.1:8989')
      world.stack.incoming('bob', address)
      return world.data(address)?.inferredType ?? 'unknown'
    },
    right: 'internet',
    wrong: 'unknown',
  },
  {
    title: 'host names are let in',
    play: (world) => {
      const address = addressOf('bob', 'example.com')
      const broke = throws(() => world.stack.incoming('bob', address))
      return [broke, world.data(address)?.inferredType ?? 'unknown']
    },
    right: [false, 'internet'],
    wrong: [true, 'unknown'],
  },
])

faults('metadata of 1.2.1', [
  {
    title: 'update() leaves the state to the hub',
    play: (world) => {
      world.stack.incoming('bob', bob)
      world.hub.update(bob, {state: 'connecting'})
      return world.hub.getState(bob)
    },
    right: 'connected',
    wrong: 'connecting',
  },
  {
    title: 'update() leaves the key and the birth to the hub',
    play: (world) => {
      world.stack.incoming('bob', bob)
      world.hub.update(bob, {key: keyOfName('carol'), hubBirth: 0})
      const {key, hubBirth} = world.data(bob) ?? {}
      return [key === keyOfName('bob'), hubBirth === 0]
    },
    right: [true, false],
    wrong: [false, true],
  },
  {
    title: 'update() does not change what it was given',
    play: (world) => {
      world.stack.incoming('bob', bob)
      const data = {note: undefined, tea: 1}
      world.hub.update(bob, data)
      return Object.keys(data)
    },
    right: ['note', 'tea'],
    wrong: ['tea'],
  },
  {
    title: 'what was given as metadata can be changed, and the entry does not',
    play: (world) => {
      world.stack.incoming('bob', bob)
      const data = {nested: {n: 1}}
      world.hub.update(bob, data)
      data.nested.n = 2
      return (world.data(bob)?.nested as {n: number}).n
    },
    right: 1,
    wrong: 2,
  },
  {
    title: 'what entries() gave cannot be used to change the hub',
    play: (world) => {
      world.stack.incoming('bob', bob)
      try {
        Object.assign(world.data(bob) ?? {}, {state: 'disconnecting'})
      } catch {
        // Frozen.
      }
      return world.hub.getState(bob)
    },
    right: 'connected',
    wrong: 'disconnecting',
  },
  {
    title: 'an iterator of entries() is not disturbed by what happens meanwhile',
    play: (world) => {
      world.stack.incoming('bob', bob)
      const entries = world.hub.entries()
      entries.next()
      world.stack.incoming('carol', carol)
      return entries.next().done
    },
    right: true,
    wrong: false,
  },
  {
    title: 'entries are plain data',
    play: (world) => {
      world.stack.incoming('bob', bob)
      return throws(() => structuredClone([...world.hub.entries()]))
    },
    right: false,
    wrong: true,
  },
  {
    title: 'metadata that has a cycle is refused',
    play: (world) => {
      world.stack.incoming('bob', bob)
      const data: {self?: object} = {}
      data.self = data
      const refused = throws(() => world.hub.update(bob, data))
      return [refused, throws(() => JSON.stringify([...world.hub.entries()]))]
    },
    right: [true, false],
    wrong: [false, true],
  },
  {
    title: 'an own __proto__ in metadata reaches nobody’s prototype',
    play: (world) => {
      world.stack.incoming('bob', bob)
      world.hub.update(bob, JSON.parse('{"__proto__": {"isAdmin": true}}'))
      const copy: {isAdmin?: boolean} = Object.assign({}, world.data(bob))
      return copy.isAdmin ?? 'unknown'
    },
    right: 'unknown',
    wrong: true,
  },
  {
    title: 'the data of a connect() that joins an attempt is kept',
    play: async (world) => {
      const first = world.hub.connect(bob, {a: 1} as never)
      const second = world.hub.connect(bob, {b: 2} as never)
      world.stack.lastDial.succeed()
      await Promise.all([first, second])
      const {a, b} = world.data(bob) ?? {}
      return [a ?? 'lost', b ?? 'lost']
    },
    right: [1, 2],
    wrong: [1, 'lost'],
  },
  {
    title: 'the data of a connect() to a connected peer is kept',
    play: async (world) => {
      await world.connect(bob, {a: 1})
      await world.hub.connect(bob, {b: 2} as never)
      return world.data(bob)?.b ?? 'lost'
    },
    right: 2,
    wrong: 'lost',
  },
])
