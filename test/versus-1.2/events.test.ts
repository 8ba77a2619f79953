import {FakeRpc, keyOfName, settled} from '../kit/fake-stack'
import {bob, bobElsewhere, carol, drain, faults, keyless} from './world'

faults('what readers of 1.2.1 were told', [
  {
    title: 'disconnect() tells disconnected once',
    play: async (world) => {
      await world.connect()
      await world.hub.disconnect(bob)
      return world.told
    },
    right: ['connecting', 'connected', 'disconnecting', 'disconnected'],
    wrong: ['connecting', 'connected', 'disconnecting', 'disconnected', 'disconnected'],
  },
  {
    title: 'a peer that both sides dial is told connected once',
    play: async (world) => {
      void world.hub.connect(bob)
      world.stack.incoming('bob')
      world.stack.lastDial.succeed()
      await settled()
      return world.told
    },
    right: ['connecting', 'connected'],
    wrong: ['connecting', 'connected', 'connected'],
  },
  {
    title: 'a dial that fails after they connected to us is not told',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      world.stack.incoming('bob')
      world.stack.lastDial.fail()
      await settled()
      return [world.told, world.states]
    },
    right: [['connecting', 'connected'], {[bob]: 'connected'}],
    wrong: [['connecting', 'connected', 'connecting-failed'], {}],
  },
  {
    title: 'a dial that succeeds after it was called off is not told',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      await world.hub.disconnect(bob)
      world.stack.lastDial.succeed()
      await settled()
      return world.told
    },
    right: ['connecting', 'disconnecting', 'disconnected'],
    wrong: ['connecting', 'disconnecting', 'disconnected', 'connected'],
  },
  {
    title: 'two disconnect() at once are one disconnect',
    play: async (world) => {
      const rpc = await world.connect()
      rpc.closeMode = 'hangs'
      const both = [world.hub.disconnect(bob), world.hub.disconnect(bob)]
      rpc.closeMode = 'closes'
      rpc.die()
      rpc.answerCloses()
      await Promise.all(both)
      return [world.told.slice(2), rpc.closes]
    },
    right: [['disconnecting', 'disconnected'], 1],
    wrong: [['disconnecting', 'disconnected', 'disconnected', 'disconnected'], 2],
  },
  {
    title: 'an rpc that says twice that it closed ends one entry',
    play: (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.die()
      rpc.emit('closed')
      return world.told
    },
    right: ['connected', 'disconnected'],
    wrong: ['connected', 'disconnected', 'disconnected'],
  },
  {
    title: 'an rpc that is announced twice is connected once',
    play: (world) => {
      const rpc = world.stack.incoming('bob', bob)
      world.stack.emit('rpc:connect', rpc, false)
      rpc.die()
      return world.told
    },
    right: ['connected', 'disconnected'],
    wrong: ['connected', 'connected', 'disconnected', 'disconnected'],
  },
  {
    title: 'they connect while we disconnect: nothing leads from disconnecting to connected but a failure',
    play: async (world) => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.closeMode = 'hangs'
      const disconnected = world.hub.disconnect(bob)
      const second = world.stack.incoming('bob', bob)
      rpc.die()
      rpc.answerCloses()
      await disconnected
      return [world.told, world.states, second.closed]
    },
    right: [['connected', 'disconnecting', 'disconnected', 'connected'], {[bob]: 'connected'}, false],
    wrong: [['connected', 'disconnecting', 'connected', 'disconnected', 'disconnected'], {}, false],
  },
  {
    title: 'every reader hears one event before any hears the next',
    play: (world) => {
      const heard: string[] = []
      drain<{type: string; address: string}>(world.hub.listen(), ({type, address}) => {
        heard.push(`1 ${type}`)
        if (address === bob && type === 'connected') world.stack.incoming('carol', carol)
      })
      drain<{type: string; address: string}>(world.hub.listen(), ({address}) =>
        heard.push(address === bob ? '2 bob' : '2 carol'),
      )
      world.stack.incoming('bob', bob)
      return heard
    },
    right: ['1 connected', '2 bob', '1 connected', '2 carol'],
    wrong: ['1 connected', '2 carol', '1 connected', '2 bob'],
  },
  {
    title: 'a connection says whether it is a client, also where the address has no key',
    play: async (world) => {
      await world.connect(keyless)
      const {details} = world.events.at(-1) as {details?: {isClient?: boolean}}
      return details?.isClient ?? 'unknown'
    },
    right: true,
    wrong: 'unknown',
  },
  {
    title: 'a disconnect tells the key of a peer whose address has none',
    play: async (world) => {
      world.stack.announce(new FakeRpc(keyOfName('bob'), keyless), false)
      void world.hub.disconnect(keyless)
      return world.events.map(({key}) => key ?? 'unknown')
    },
    right: [keyOfName('bob'), keyOfName('bob'), keyOfName('bob')],
    wrong: [keyOfName('bob'), 'unknown', keyOfName('bob')],
  },
  {
    title: 'reset() tells the end of an attempt',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      world.hub.reset()
      await settled()
      return world.told
    },
    right: ['connecting', 'disconnecting', 'disconnected'],
    wrong: ['connecting'],
  },
  {
    title: 'close() tells the end of an attempt',
    play: async (world) => {
      world.hub.connect(bob).catch(() => {})
      world.hub.close()
      await settled()
      return world.told
    },
    right: ['connecting', 'disconnecting', 'disconnected'],
    wrong: ['connecting'],
  },
  {
    title: 'an rpc belongs to the address that was dialled for it',
    play: async (world) => {
      world.hub.connect(bobElsewhere).catch(() => {})
      const connected = world.hub.connect(bob)
      world.stack.lastDial.succeed()
      await connected
      return [world.states, world.events.filter(({type}) => type === 'connected').map(({address}) => address)]
    },
    right: [{[bobElsewhere]: 'connecting', [bob]: 'connected'}, [bob]],
    wrong: [{[bobElsewhere]: 'connected', [bob]: 'connected'}, [bobElsewhere, bob]],
  },
])
