/** The demo without an address: three peers in one process, and a chapter for each thing a hub does. */
import ConnHub from '../../lib/index.js'
import {chapters} from './chapters.mjs'
import {DemoError, explained, inTime} from './errors.mjs'
import {DemoLog} from './log.mjs'
import {Names} from './names.mjs'
import {absentPeer, hangUpDials, startPeer, stopStack} from './peers.mjs'
import {Screen} from './screen.mjs'
import {Watch} from './watch.mjs'

/** @param {string} [keep] where the log stays */
export async function show(keep) {
  const began = Date.now()
  const started = []
  let log
  try {
    const names = new Names()
    const cast = await startCast(names, started)
    const screen = new Screen(names)
    screen.title(
      'What a connection hub does',
      "Three real peers meet in this process. You see the events of Alice's hub, as listen() tells them, and after each her peer table, as liveEntries() tells it.",
    )
    screen.peers([cast.alice, cast.bob, cast.carol])
    log = new DemoLog(cast.alice.hub, keep)
    const proven = await playAll({...cast, names, screen, log})
    const kept = keep === undefined ? '' : `, the log is in ${keep}`
    screen.end(`${chapters.length} chapters, ${proven} claims checked, ${Date.now() - began} ms${kept}`)
  } finally {
    for (const {hub} of started) hub.close()
    hangUpDials()
    await Promise.all(started.map(({ssb}) => stopStack(ssb)))
    await log?.end()
  }
}

/** Those who play: three peers with a hub each, and Dave, who is not running. */
async function startCast(names, started) {
  const dave = await explained('could not find a free port', absentPeer)
  const cast = {dave: {name: 'Dave', ...dave}}
  for (const name of ['Alice', 'Bob', 'Carol']) {
    const peer = await explained(`could not start ${name}`, () => inTime(startPeer(), 'the port'))
    const member = {name, ...peer, hub: new ConnHub(peer.ssb)}
    cast[name.toLowerCase()] = member
    started.push(member)
  }
  for (const {key, name} of Object.values(cast)) names.add(key, name)
  return cast
}

/** @returns how many claims were proven */
async function playAll({names, screen, ...cast}) {
  let proven = 0
  const act = (text) => screen.act(text)
  const prove = (claim, isTrue) => {
    if (!isTrue) throw new DemoError(`this turned out not to be true: ${claim}`)
    proven++
    screen.proven(claim)
  }
  const watch = new Watch(cast.alice.hub, names, screen)
  try {
    for (const [i, {title, caption, play, table}] of chapters.entries()) {
      await screen.pause()
      screen.chapter(i + 1, title, caption)
      await explained(`chapter ${i + 1}, "${title}"`, async () => {
        await play({...cast, hub: cast.alice.hub, watch, act, prove})
        watch.assertRest(table)
      })
    }
  } finally {
    watch.stop()
  }
  return proven
}
