import type {LogItem} from '../events'
import {isAboutPeer} from '../events'
import type {Call, Command} from './command'
import {jsonOf, safe} from './print'
import {askedPeers, spansOf} from './reading'
import {totalsOf} from './totals'
import {tracesOf} from './trace'
import {UsageError} from './usage-error'

const formats: Readonly<Record<string, (call: Call) => Promise<number>>> = {trace, prometheus, csv}

/** `export`: a log in the formats of others. */
export const exported: Command = {
  words: ['trace|prometheus|csv'],
  about: 'for other tools: Chrome’s trace format, Prometheus text, or a line an event',
  more:
    'trace is for https://ui.perfetto.dev and chrome://tracing: one track a peer. prometheus has counts, and never the\n' +
    'name of a peer. csv has the fields of each event.',
  async run(call) {
    const [format = ''] = call.words
    const write = Object.hasOwn(formats, format) ? formats[format] : undefined
    if (!write) throw new UsageError(`export to ${Object.keys(formats).join(', ')}, not ${safe(format)}`)
    return write(call)
  },
}

async function trace(call: Call): Promise<number> {
  const {print} = call
  const spans = await spansOf(call.logs)
  const peers = askedPeers(call, spans)
  if (peers.length === 0) return 1
  let separator = '{"displayTimeUnit":"ms","traceEvents":[\n'
  for (const event of tracesOf(spans, peers)) {
    await print.write(`${separator}${jsonOf(event)}`)
    separator = ',\n'
  }
  await print.line('\n]}')
  return 0
}

async function prometheus(call: Call): Promise<number> {
  const isPart = call.values.peer !== undefined
  const spans = await spansOf(call.logs, {keep: isPart})
  if (spans.runs.length === 0) return 1
  const totals = totalsOf(spans, isPart ? askedPeers(call, spans) : undefined)
  const metric = async (
    name: string,
    type: string,
    help: string,
    samples: readonly (readonly [string, number])[],
  ) => {
    await call.print.line(`# HELP ssb_conn_hub_${name} ${help}\n# TYPE ssb_conn_hub_${name} ${type}`)
    for (const [labels, value] of samples) await call.print.line(`ssb_conn_hub_${name}${labels} ${value}`)
  }
  const by = (label: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([value, n]) => [`{${label}="${escaped(value)}"}`, n] as const)
  const {failures, givenUp, inbound, outbound} = totals
  await metric('events_total', 'counter', 'Events in the log.', [['', totals.events]])
  await metric('peers', 'gauge', 'Peers in the log.', [['', totals.peers]])
  await metric('peers_connected', 'gauge', 'Peers that are connected.', [['', totals.connected]])
  await metric('peers_connected_max', 'gauge', 'Peers that were connected at most.', [
    ['', totals.mostConnected],
  ])
  await metric('observed_seconds_total', 'counter', 'Time that the log tells of.', [
    ['', totals.elapsed / 1000],
  ])
  await metric('alone_seconds_total', 'counter', 'Time with nobody connected.', [
    ['', totals.nobodyConnected / 1000],
  ])
  await metric('dials_total', 'counter', 'Dials that began.', [['', totals.dials]])
  await metric(
    'dials_failed_total',
    'counter',
    'Dials that failed, by the code of their error.',
    by('code', failures),
  )
  await metric(
    'dials_given_up_total',
    'counter',
    'Dials that were called off, by reason.',
    by('reason', givenUp),
  )
  await metric(
    'connections_total',
    'counter',
    'Connections, by who made them.',
    by('direction', {inbound, outbound}),
  )
  await metric('flaps_total', 'counter', 'Connections of less than a minute that we did not end.', [
    ['', totals.flaps],
  ])
  await metric('hand_overs_total', 'counter', 'Links in reserve that took over.', [['', totals.handOvers]])
  await metric('resets_total', 'counter', 'Resets of the hub.', [['', totals.resets]])
  return 0
}

const columns = [
  ...['seq', 'time', 'during', 'type', 'cause', 'address', 'key', 'attempt', 'link', 'inbound', 'isClient'],
  ...['inferredType', 'reason', 'data'],
]

async function csv(call: Call): Promise<number> {
  const {logs, print, isAsked} = call
  let isEmpty = true
  for await (const items of logs.batches()) {
    let text = ''
    for (const item of items) {
      if (item.type === 'checkpoint' || !isIn(item, isAsked)) continue
      if (isEmpty) text += `${[...columns, 'code', 'message'].join(',')}\n`
      isEmpty = false
      const fields = item as unknown as Record<string, unknown>
      const {code, message} = 'error' in item && item.error ? item.error : {}
      text += `${[...columns.map((name) => fields[name]), code, message].map(cell).join(',')}\n`
    }
    if (text !== '') await print.write(text)
  }
  return isEmpty ? 1 : 0
}

/** Events are looked at one by one: a peer is found by the address and the key of each. */
function isIn(
  item: LogItem & {readonly type: Exclude<LogItem['type'], 'checkpoint'>},
  isAsked: Call['isAsked'],
): boolean {
  if (!isAboutPeer(item)) return isAsked({id: '', addresses: []})
  const {address, key = address} = item
  const data = 'data' in item ? item.data : undefined
  return isAsked({
    id: key,
    name: typeof data?.name === 'string' ? data.name : undefined,
    addresses: [address],
  })
}

function cell(value: unknown): string {
  if (value === undefined) return ''
  // Without line breaks, so that it is a line an event.
  const text = safe(typeof value === 'object' ? JSON.stringify(value) : String(value))
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function escaped(label: string): string {
  return safe(label).replace(/[\\"]/g, (char) => `\\${char}`)
}
