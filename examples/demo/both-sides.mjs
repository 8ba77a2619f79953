import {inTime} from './errors.mjs'
import {cutWires} from './peers.mjs'

/** @type {import('./chapters.mjs').Chapter} */
export const bothSides = {
  title: 'Both sides dial at once',
  caption: 'Two friends dial each other: one link is announced, the other takes over when the first breaks.',
  async play(stage) {
    const reserve = await dialBothWays(stage)
    await breakAnnounced(stage, reserve)
  },
  table: ['Bob connected', 'Carol connected'],
}

/** @returns the rpc of the link in reserve */
async function dialBothWays({hub, alice, carol, watch, act, prove}) {
  const links = Promise.all([twoLinks(alice.ssb, carol.key), twoLinks(carol.ssb, alice.key)])
  act('hub.connect(carol), and on her side carolsHub.connect(alice)')
  await inTime(Promise.all([hub.connect(carol.address), carol.hub.connect(alice.address)]), 'connect()')
  const [[one, other]] = await inTime(links, 'both links')
  await watch.expect('connecting Carol', 'connected Carol')
  const {rpc, isClient} = watch.connected.get('Carol')
  const [announced, inReserve] = isClient ? ['Alice', 'Carol'] : ['Carol', 'Alice']
  prove(
    `Two links and one entry: the one that ${announced} dialled is announced, that of ${inReserve} is in reserve.`,
    one !== other && (rpc === one || rpc === other) && watch.pending.length === 0,
  )
  return rpc === one ? other : one
}

async function breakAnnounced({alice, carol, watch, act, prove}, reserve) {
  const broken = watch.connected.get('Carol')
  act('the announced link breaks')
  cutWires(broken.isClient ? carol.port : alice.port)
  await watch.expect('disconnected Carol')
  prove('The other link took over at once.', watch.pending[0] === 'connected Carol')
  await watch.expect('connected Carol')
  const {rpc} = watch.connected.get('Carol')
  prove('It is the one from the reserve, and alive.', rpc === reserve && broken.rpc.closed && !rpc.closed)
}

/** Waits until a peer has two connections with another, whoever dialled them. */
function twoLinks(ssb, key) {
  const rpcs = []
  return new Promise((resolve) => {
    ssb.on('rpc:connect', (rpc) => {
      if (rpc.id === key) rpcs.push(rpc)
      if (rpcs.length === 2) resolve(rpcs)
    })
  })
}
