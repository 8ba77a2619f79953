import createDebug from 'debug'
import {vi} from 'vitest'
import type {Entry} from '../../src/types'
import {FakeRpc, keyOfName, settled} from '../kit/fake-stack'
import {bob, carol, drain, faults, outcome, throws} from './world'

const broken = () => {
  throw new Error('broken')
}

faults('readers of 1.2.1', [
  {
    title: 'a reader that throws harms no other reader',
    play: async (world) => {
      const heard: string[] = []
      drain(world.hub.listen(), broken)
      drain<{type: string}>(world.hub.listen(), ({type}) => heard.push(type))
      throws(() => world.stack.incoming('bob', bob))
      await settled()
      return [heard, world.uncaught.length]
    },
    right: [['connected'], 1],
    wrong: [[], 0],
  },
  {
    title: 'a reader that throws does not keep a connect() from dialling',
    play: async (world) => {
      drain(world.hub.listen(), broken)
      const connected = world.hub.connect(bob)
      if (world.stack.dials.length > 0) world.stack.lastDial.succeed()
      return outcome(connected)
    },
    right: 'an rpc',
    wrong: 'rejects: broken',
  },
  {
    title: 'a reader of liveEntries() that throws does not keep a connect() from dialling',
    play: async (world) => {
      let tables = 0
      drain(world.hub.liveEntries(), () => {
        if (++tables > 1) broken()
      })
      const connected = world.hub.connect(bob)
      if (world.stack.dials.length > 0) world.stack.lastDial.succeed()
      return outcome(connected)
    },
    right: 'an rpc',
    wrong: 'rejects: broken',
  },
  {
    title: 'a reader of liveEntries() that stalls gets the present when it next asks',
    play: (world) => {
      const read = world.hub.liveEntries()
      const sizes: number[] = []
      const drainNow = () => {
        for (let asked = -1; asked < sizes.length; ) {
          asked = sizes.length
          read(null, (end, entries) => !end && sizes.push(entries?.length ?? -1))
        }
      }
      read(null, (_end, entries) => sizes.push(entries?.length ?? -1))
      for (let n = 0; n < 5; n++) world.stack.incoming('bob', bob).die()
      world.stack.incoming('carol', carol)
      drainNow()
      return sizes
    },
    right: [0, 1],
    wrong: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
  },
  {
    title: 'liveEntries() begins with the table as it is at the first ask',
    play: (world) => {
      const read = world.hub.liveEntries()
      world.stack.incoming('bob', bob)
      let size = -1
      read(null, (_end, entries: readonly Entry[] = []) => {
        size = entries.length
      })
      return size
    },
    right: 1,
    wrong: 0,
  },
  {
    title: 'one reader of liveEntries() cannot change what another gets',
    play: (world) => {
      const sizes: number[] = []
      drain<Entry[]>(world.hub.liveEntries(), (entries) => throws(() => entries.push(['x', {} as never])))
      drain<Entry[]>(world.hub.liveEntries(), (entries) => sizes.push(entries.length))
      world.stack.incoming('bob', bob)
      return sizes
    },
    right: [0, 1],
    wrong: [0, 2],
  },
])

faults('what others did to 1.2.1', [
  {
    title: 'an rpc whose id cannot be read does not throw into the stack',
    play: (world) => {
      const rpc = new FakeRpc(keyOfName('bob'), bob)
      Object.defineProperty(rpc, 'id', {get: broken})
      return throws(() => world.stack.emit('rpc:connect', rpc, false))
    },
    right: false,
    wrong: true,
  },
  {
    title: 'an rpc without a stream does not throw into the stack',
    play: (world) => throws(() => world.stack.emit('rpc:connect', {id: keyOfName('bob'), on() {}}, false)),
    right: false,
    wrong: true,
  },
  {
    title: 'what is no rpc does not throw into the stack',
    play: (world) => throws(() => world.stack.emit('rpc:connect', undefined, false)),
    right: false,
    wrong: true,
  },
  {
    title: 'an rpc that cannot be listened to does not throw into the stack',
    play: (world) => {
      const rpc = new FakeRpc(keyOfName('bob'), bob)
      rpc.on = broken
      return throws(() => world.stack.emit('rpc:connect', rpc, false))
    },
    right: false,
    wrong: true,
  },
  {
    title: 'a stack that cannot say whether it is ready counts as ready',
    play: (world) => {
      world.stack.ready = broken
      return [throws(() => world.stack.incoming('bob', bob)), world.hub.getState(bob) ?? 'absent']
    },
    right: [false, 'connected'],
    wrong: [true, 'absent'],
  },
  {
    title: 'reset() closes every rpc, also where one throws as it is closed',
    play: (world) => {
      const first = world.stack.incoming('bob', bob)
      const second = world.stack.incoming('carol', carol)
      first.closeMode = 'throws'
      const threw = throws(() => world.hub.reset())
      return [threw, second.closed]
    },
    right: [false, true],
    wrong: [true, false],
  },
  {
    title: 'reset() can do with peers that are no arrays',
    play: (world) => {
      Object.assign(world.stack.peers, {[keyOfName('carol')]: null})
      return throws(() => world.hub.reset())
    },
    right: false,
    wrong: true,
  },
  {
    title: 'close() can do with a stack that cannot forget a listener',
    play: (world) => {
      Object.assign(world.stack, {removeListener: undefined})
      return throws(() => world.hub.close())
    },
    right: false,
    wrong: true,
  },
  {
    title: 'what is no string is no address',
    play: async (world) => {
      const addresses: unknown[] = [{toString: () => bob}, [bob]]
      // What it depends on prints an error.
      vi.spyOn(console, 'error').mockImplementation(() => {})
      return Promise.all(
        addresses.map(async (address) => (await outcome(world.hub.connect(address as string))).slice(0, 7)),
      )
    },
    right: ['rejects', 'rejects'],
    wrong: ['pending', 'pending'],
  },
  {
    title: 'an address of megabytes is refused',
    play: (world) => throws(() => world.hub.getState(`net:${'a'.repeat(2_000_000)}:8008`)),
    right: true,
    wrong: false,
  },
  {
    title: 'debug prints no seed',
    play: (world) => {
      const seed = Buffer.alloc(32, 's').toString('base64')
      const printed = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
      const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
      createDebug.enable('ssb:conn-hub')
      world.hub.connect(`${bob}:${seed}`).catch(() => {})
      createDebug.disable()
      const text = [...printed.mock.calls, ...logged.mock.calls].flat().join()
      vi.restoreAllMocks()
      return [text.includes('connecting to'), text.includes(seed)]
    },
    right: [true, false],
    wrong: [true, true],
  },
])
