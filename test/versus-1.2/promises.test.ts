import {vi} from 'vitest'
import {settled} from '../kit/fake-stack'
import {bob, faults, outcome} from './world'

faults('promises of 1.2.1', [
  {
    title: 'a connect() that joined an attempt fails with it',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      const joined = outcome(world.hub.connect(bob))
      world.stack.lastDial.fail(new Error('refused'))
      return joined
    },
    right: 'rejects: refused',
    wrong: 'pending',
  },
  {
    title: 'a connect() that joined an attempt never takes failure for “false”',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      const joined = world.hub.connect(bob)
      const result = joined.then(String, (error) => `rejects: ${error.message}`)
      world.stack.lastDial.fail(new Error('refused'))
      await world.advance(61_000)
      return result
    },
    right: 'rejects: refused',
    wrong: 'false',
  },
  {
    title: 'a connect() that joined an attempt leaves no timer',
    play: async (world) => {
      const first = world.hub.connect(bob)
      const second = world.hub.connect(bob)
      world.stack.lastDial.succeed()
      await Promise.all([first, second])
      return vi.getTimerCount() + world.clock.pending
    },
    right: 0,
    wrong: 1,
  },
  {
    title: 'a connect() while disconnecting waits, and has the outcome of its dial',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      void world.hub.disconnect(bob)
      const connected = world.hub.connect(bob)
      rpc.die()
      rpc.answerCloses()
      await settled()
      world.stack.lastDial.succeed()
      return outcome(connected)
    },
    right: 'an rpc',
    wrong: 'false',
  },
  {
    title: 'a connect() that waited, and then fails, is its caller’s to catch',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      void world.hub.disconnect(bob)
      world.hub.connect(bob).catch(() => {})
      rpc.die()
      rpc.answerCloses()
      await settled()
      world.stack.lastDial.fail(new Error('refused'))
      await settled()
      return world.uncaught.map(String)
    },
    right: [],
    wrong: ['Error: refused'],
  },
  {
    title: 'a disconnect() calls off the connect() that waits',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      const first = world.hub.disconnect(bob)
      world.hub.connect(bob).catch(() => {})
      const second = world.hub.disconnect(bob)
      rpc.die()
      rpc.answerCloses()
      await Promise.all([first, second])
      await settled()
      return world.stack.dials.length
    },
    right: 0,
    wrong: 1,
  },
  {
    title: 'a connect() that waited for a disconnect that failed is over, and dials never',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      world.hub.disconnect(bob).catch(() => {})
      const connected = outcome(world.hub.connect(bob))
      rpc.answerCloses(new Error('refused'))
      await settled()
      rpc.closeMode = 'closes'
      await world.hub.disconnect(bob)
      await settled()
      return [await connected, world.stack.dials.length]
    },
    right: ['an rpc', 0],
    wrong: ['false', 1],
  },
  {
    title: 'a disconnect() of a link that never answers fails after a time',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      const disconnected = world.hub.disconnect(bob)
      const result = outcome(disconnected)
      await world.advance(100_000)
      await result
      return [await outcome(disconnected), world.hub.getState(bob)]
    },
    right: ['rejects: ERR_CLOSE_TIMEOUT', 'connected'],
    wrong: ['pending', 'disconnecting'],
  },
  {
    title: 'a disconnect() of a link whose close throws fails, and the entry is connected again',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'throws'
      return [await outcome(world.hub.disconnect(bob)), world.hub.getState(bob)]
    },
    right: ['rejects: close failed', 'connected'],
    wrong: ['rejects: close failed', 'disconnecting'],
  },
  {
    title: 'a disconnect() of an rpc without close lets it go',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      Object.assign(rpc, {close: undefined})
      return [await outcome(world.hub.disconnect(bob)), world.hub.getState(bob) ?? 'absent']
    },
    right: ['true', 'absent'],
    wrong: ['rejects: rpc.close is not a function', 'disconnecting'],
  },
  {
    title: 'an attempt that is called off rejects',
    play: async (world) => {
      const connected = world.hub.connect(bob)
      connected.catch(() => {})
      await world.hub.disconnect(bob)
      return outcome(connected)
    },
    right: 'rejects: ERR_CALLED_OFF',
    wrong: 'pending',
  },
  {
    title: 'the rpc of an attempt that was called off is closed when it comes',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      await world.hub.disconnect(bob)
      const rpc = world.stack.lastDial.succeed()
      await settled()
      return [rpc.closed, world.hub.getState(bob) ?? 'absent']
    },
    right: [true, 'absent'],
    wrong: [false, 'connected'],
  },
  {
    title: 'the second rpc of one dial is closed',
    play: async (world) => {
      await world.connect()
      const second = world.stack.lastDial.rpc()
      world.stack.lastDial.callBack(null, second)
      await settled()
      return second.closed
    },
    right: true,
    wrong: false,
  },
  {
    title: 'reset() calls an attempt off',
    play: async (world) => {
      const connected = world.hub.connect(bob)
      world.hub.reset()
      return outcome(connected)
    },
    right: 'rejects: ERR_CALLED_OFF',
    wrong: 'pending',
  },
  {
    title: 'the rpc of an attempt that a reset called off is closed when it comes',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      world.hub.reset()
      const rpc = world.stack.lastDial.succeed()
      await settled()
      return [rpc.closed, world.hub.getState(bob) ?? 'absent']
    },
    right: [true, 'absent'],
    wrong: [false, 'connected'],
  },
  {
    title: 'close() settles an attempt',
    play: async (world) => {
      const connected = world.hub.connect(bob)
      world.hub.close()
      return outcome(connected)
    },
    right: 'rejects: ERR_CALLED_OFF',
    wrong: 'pending',
  },
  {
    title: 'an rpc that comes after close() is closed',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      world.hub.close()
      const rpc = world.stack.lastDial.succeed()
      await settled()
      return rpc.closed
    },
    right: true,
    wrong: false,
  },
])
