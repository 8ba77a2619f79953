import type {Command} from './command'
import {count, counted, ranked} from './print'
import {askedPeers, spansOf} from './reading'
import {duration, moment} from './times'
import {total, totalsOf} from './totals'

/** `summary`: what happened, on one screen. */
export const summary: Command = {
  about: 'from when to when, events, peers, connections, time with nobody connected, failures, flaps',
  more: 'A flap is a connection that lasted less than a minute, and that we did not end.',
  async run(call) {
    const {logs, print, values} = call
    const isPart = values.peer !== undefined
    const spans = await spansOf(logs, {keep: isPart})
    const totals = totalsOf(spans, isPart ? askedPeers(call, spans) : undefined)
    if (spans.runs.length === 0 || (isPart && totals.peers === 0)) return 1
    if (values.json) await print.json(totals)
    else
      for (const [name, text] of linesOf(totals))
        await print.line(`${print.style('bold', name.padEnd(10))}  ${text}`)
    return 0
  },
}

function linesOf(totals: ReturnType<typeof totalsOf>): [string, string][] {
  const {from, to, runs, events, missing, peers, everConnected, connected, elapsed, nobodyConnected} = totals
  const {mostConnected, mostConnectedAt, dials, failures, givenUp, inbound, outbound, flaps, handOvers} =
    totals
  const [failed, gaveUp] = [total(failures), total(givenUp)]
  const lines: [string, string | false][] = [
    ['from', moment(from)],
    ['to', `${moment(to)}, ${duration(elapsed)} in all`],
    ['runs', runs > 1 && `${count(runs)}: the hub was made anew, and its numbers begin again`],
    ['events', `${count(events)}${missing > 0 ? `, and ${count(missing)} that are missing` : ''}`],
    ['peers', `${count(peers)}, ${count(everConnected)} of them connected at some time`],
    [
      'connected',
      `${count(connected)} at the end, at most ${count(mostConnected)} (${moment(mostConnectedAt)})`,
    ],
    ['nobody', `was connected for ${duration(nobodyConnected)}`],
    ['links', `${counted(inbound + outbound, 'connection')}: ${count(inbound)} in, ${count(outbound)} out`],
    ['dials', `${count(dials)}, of which ${count(failed)} failed and ${count(gaveUp)} were given up`],
    ['failures', failed > 0 && ranked(Object.entries(failures))],
    ['given up', gaveUp > 0 && `by ${ranked(Object.entries(givenUp))}`],
    ['flaps', count(flaps)],
    ['hand-overs', handOvers > 0 && `${count(handOvers)}: a link in reserve took over`],
    ['resets', totals.resets > 0 && count(totals.resets)],
  ]
  return lines.filter((line): line is [string, string] => line[1] !== false)
}
