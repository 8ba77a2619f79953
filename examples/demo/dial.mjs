/** The demo with an address: one real peer dials it, and hangs up again. */
import ConnHub from '../../lib/index.js'
import {DemoError, explained, inTime} from './errors.mjs'
import {DemoLog} from './log.mjs'
import {Names} from './names.mjs'
import {hangUpDials, startDialler, stopStack} from './peers.mjs'
import {Screen} from './screen.mjs'
import {Watch} from './watch.mjs'

const patience = 10_000

/**
 * @param {string} address a multiserver address; it may carry a secret
 * @param {string} [keep] where the log stays, also of what failed
 */
export async function dial(address, keep) {
  const ssb = startDialler()
  const hub = new ConnHub(ssb)
  const log = new DemoLog(hub, keep)
  try {
    const names = new Names()
    const screen = new Screen(names)
    screen.title('One connect, one disconnect', 'The events of a hub, and after each its peer table.')
    new Watch(hub, names, screen)
    screen.act('hub.connect(ADDRESS)')
    await explained('connect() failed', () => inTime(hub.connect(address), 'an answer', patience))
    screen.act('hub.disconnect(ADDRESS)')
    await explained('disconnect() failed', () => inTime(hub.disconnect(address), 'an answer', patience))
    hub.close()
    const {counts, isSame} = await log.compare()
    if (!isSame) throw new DemoError('replayed from its log, the table is another')
    screen.proven(`${counts}: replayed from its log, the table is the same at every event.`)
    screen.end(`connected and disconnected${keep === undefined ? '' : `, the log is in ${keep}`}`)
  } finally {
    hub.close()
    hangUpDials()
    await stopStack(ssb)
    await log.end()
  }
}
