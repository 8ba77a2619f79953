/** The minimal plugin among real peers, with its status line: node main.mjs */
import '../built.mjs'

const {absentPeer, startDialler, startPeer, stopStack} = await import('../demo/peers.mjs')
const {minimalConn} = await import('./minimal-conn.mjs')
const {statusLine} = await import('./status-line.mjs')

const [anna, ben, cleo, gone] = [await startPeer(), await startPeer(), await startPeer(), await absentPeer()]
const ssb = startDialler(minimalConn, {conn: {quota: 2, pause: 200}})
const hub = ssb.conn.hub()
statusLine(hub)

/** Resolves when so many are connected, and nobody else is being dialled. */
async function connected(count) {
  for await (const entries of hub.liveEntries()) {
    if (entries.length === count && entries.every(([, {state}]) => state === 'connected')) return
  }
}

ssb.conn.remember(gone.address)
ssb.conn.remember(anna.address)
await connected(1)
ssb.conn.remember(ben.address)
await connected(2)

// There is no room for a third, until one of the two goes away.
ssb.conn.remember(cleo.address)
await ssb.conn.forget(anna.address)
await connected(2)

await Promise.all([anna, ben, cleo].map(({ssb}) => stopStack(ssb)).concat(stopStack(ssb)))
