/** The demo with an address: one real peer dials it, and hangs up again. */
import ConnHub from '../../lib/index.js'
import {explained, inTime} from './errors.mjs'
import {Names} from './names.mjs'
import {hangUpDials, startDialler, stopStack} from './peers.mjs'
import {Screen} from './screen.mjs'
import {Watch} from './watch.mjs'

const patience = 10_000

/** @param {string} address a multiserver address; it may carry a secret */
export async function dial(address) {
  const ssb = startDialler()
  const hub = new ConnHub(ssb)
  try {
    const names = new Names()
    const screen = new Screen(names)
    screen.title('One connect, one disconnect', 'The events of a hub, and after each its peer table.')
    new Watch(hub, names, screen)
    screen.act('hub.connect(ADDRESS)')
    await explained('connect() failed', () => inTime(hub.connect(address), 'an answer', patience))
    screen.act('hub.disconnect(ADDRESS)')
    await explained('disconnect() failed', () => inTime(hub.disconnect(address), 'an answer', patience))
    screen.end('connected and disconnected')
  } finally {
    hub.close()
    hangUpDials()
    await stopStack(ssb)
  }
}
