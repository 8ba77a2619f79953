import type {LogItem, PeerEvent, Recorded} from '../events'
import {isAboutPeer} from '../events'
import type {PeerSpans} from '../spans/peers'
import type {Spans} from '../spans/spans'
import type {Call, Command} from './command'
import {finds} from './command'
import {patternOf, stretchesOf} from './patterns'
import {count, counted, ranked} from './print'
import {spansOf} from './reading'
import type {Around, Told} from './sentences'
import {sentenceOf} from './sentences'
import {duration, moment} from './times'
import {total} from './totals'

/** How many events before an event are looked through for the one during which it happened. */
const recent = 1024

/** `why`: the life of a peer, in sentences. */
export const why: Command = {
  words: ['PEER'],
  about: "that peer's life in sentences: who dialled, who hung up, what caused it, and what repeats itself",
  more: 'PEER is a part of a key, an address or a name. Where several peers have it, all of them are told of.',
  options: {all: {type: 'boolean', about: 'every connection, also where they make a pattern'}},
  async run(call) {
    const [text = ''] = call.words
    const during = new Map<number, Told>()
    const spans = await spansOf(call.logs, {}, watchDuring(during))
    const peers = spans.peers.filter((peer) => finds(text, peer) && call.isAsked(peer))
    if (peers.length === 0) return 1
    const around: Around = {
      now: spans.time ?? 0,
      during: (seq) => (seq === undefined ? undefined : during.get(seq)),
      text: (text) => call.print.text(text),
    }
    if (call.values.json) await call.print.json(peers.map((peer) => told(peer, around)))
    else for (const [i, peer] of peers.entries()) await tell(call, peer, spans, around, i > 0)
    return 0
  },
}

/** Remembers the events during which others happened, where they tell more than that one follows from the other. */
function watchDuring(during: Map<number, Told>): (item: LogItem) => void {
  const latest: LogItem[] = []
  return (item) => {
    latest[item.seq % recent] = item
    if (item.type === 'checkpoint' || item.during === undefined) return
    const told = latest[item.during % recent]
    if (told?.seq !== item.during || told.type === 'checkpoint' || told.type === 'closed') return
    if (told.type === 'reset' || isNews(told, item)) during.set(told.seq, told as Told)
  }
}

function isNews(told: Recorded<PeerEvent>, item: Recorded): boolean {
  return isAboutPeer(item) && (told.address !== item.address || item.type === 'connecting')
}

async function tell(
  call: Call,
  peer: PeerSpans,
  spans: Spans,
  around: Around,
  isFurther: boolean,
): Promise<void> {
  const {print} = call
  const {now} = around
  const {lives, reserves, addresses, inbound, outbound, attempts, failures, calledOff, flaps} = peer
  if (isFurther) await print.line()
  await print.line(print.style('bold', print.peer(peer)))
  const shown = [...addresses].slice(0, 2).map((address) => print.text(address))
  const more = addresses.size - shown.length
  await print.line(`at ${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`)
  const [failed, givenUp] = [total(failures), total(calledOff)]
  const uptime = peer.uptime + (peer.since === undefined ? 0 : Math.max(0, now - peer.since))
  const lines = [
    inbound + outbound === 0
      ? 'never connected'
      : `${counted(inbound + outbound, 'connection')} (${count(inbound)} in, ${count(outbound)} out), connected for ${duration(uptime)}`,
    attempts > 0 &&
      `${counted(attempts, 'dial')}, of which ${count(failed)} failed${failed > 0 ? ` (${ranked(failures)})` : ''} and ${count(givenUp)} were given up`,
    flaps > 0 && `${counted(flaps, 'flap')}: shorter than a minute, and not ended by us`,
    reserves.length > 0 && `${counted(reserves.length, 'link')} waited in reserve`,
  ]
  for (const line of lines) if (line) await print.line(print.text(line))
  await print.line()
  for (const stretch of stretchesOf(lives)) {
    const [first] = stretch.lives
    const last = stretch.lives.at(-1)
    if (stretch.round > 0) {
      const ends = moment(last?.end?.time ?? now)
      await print.line(
        `${moment(first?.start)}  ${print.style('yellow', print.text(patternOf(stretch, now), 1000))}, until ${ends}`,
      )
      const [example] = stretch.lives
      if (example && !call.values.all)
        await print.line(`${' '.repeat(25)}the first: ${print.text(sentenceOf(example, around), 1000)}`)
    }
    if (stretch.round > 0 && !call.values.all) continue
    for (const life of stretch.lives)
      await print.line(`${moment(life.start)}  ${print.text(sentenceOf(life, around), 1000)} ${seqsOf(life)}`)
  }
  await print.line(print.style('dim', `${moment(spans.time)}  the log ends`))
}

function seqsOf({
  seq,
  end,
}: {
  readonly seq: number
  readonly end?: {readonly seq?: number | undefined} | undefined
}) {
  return `(${end?.seq === undefined || end.seq === seq ? `event ${seq}` : `events ${seq} to ${end.seq}`})`
}

function told(peer: PeerSpans, around: Around) {
  const {now} = around
  const {id, key, name, addresses, lives, reserves} = peer
  return {
    ...{id, key, name, addresses, reserves},
    patterns: stretchesOf(lives)
      .filter(({round}) => round > 0)
      .map((stretch) => ({
        text: patternOf(stretch, now),
        times: stretch.lives.length / stretch.round,
        from: stretch.lives[0]?.start,
        to: stretch.lives.at(-1)?.end?.time,
      })),
    lives: lives.map((life) => ({...life, text: sentenceOf(life, around)})),
  }
}
