import type {LogItem, Recorded} from '../../events'
import {endings, eventAt, kinds, states} from '../digest'
import type {App} from './app'
import {testCode} from './copy-test'
import {byId, foreign, make} from './dom'
import {placeBeside} from './events'
import type {LogView} from './log-view'
import {laneName} from './names'
import {tableAt} from './table-at'
import {clockTime, count, cut, day} from './words'

/** The event at the cursor: what it is, who set it off, what came of it, and its JSON. */

const causes = {
  caller: 'a caller asked for it',
  remote: 'the other side did it',
  stack: 'our own stack tells it',
  hub: 'the hub drew it from an earlier event',
} as const

/** How much of an event is shown: metadata may be long. */
const maxJson = 20_000

export function drawEvent(app: App): void {
  const {log, cursor, time} = app
  const moment = byId('moment')
  if (!log || log.digest.count === 0) {
    moment.textContent = log ? 'Nothing happened in this log' : 'Open a log: drop a file here'
    byId('event').replaceChildren()
    return
  }
  const {seq} = eventAt(log.digest, cursor.at)
  const item = log.events.at(log.digest, cursor.at)
  // By the clock of its log, wherever it is drawn.
  const own = item?.time || time + log.shift
  const type = item ? `${item.type} ` : ''
  moment.replaceChildren(
    `${type}${clockTime(own)} `,
    make('small', {textContent: `${day(own)} · event ${count(seq)}`}),
  )
  byId('event').replaceChildren(...(item ? ofItem(app, log, item) : ofDigest(log, cursor.at)))
}

function ofItem(app: App, log: LogView, item: LogItem): HTMLElement[] {
  const parts: HTMLElement[] = []
  if (item.type !== 'checkpoint') {
    const {digest} = log
    const {at} = app.cursor
    const address = 'address' in item ? item.address : undefined
    if (address !== undefined) parts.push(make('p', {}, foreign(cut(address, 300))))
    const cause = make('p', {}, make('b', {textContent: item.cause}), `: ${causes[item.cause]}`)
    parts.push(cause)
    if (item.during !== undefined) {
      const place = placeBeside(digest, at, item.during)
      const before = log.events.at(digest, place)
      cause.append(', while this was told: ', jump(app, place, before, item.during))
    }
    const after = log.events.after(digest, item, at)
    if (after.length > 0) {
      parts.push(
        make(
          'p',
          {},
          'Then: ',
          ...after.flatMap((next) => [jump(app, placeBeside(digest, at, next.seq), next, next.seq), ' ']),
        ),
      )
    }
  }
  parts.push(make('pre', {textContent: cut(JSON.stringify(item, null, 1), maxJson)}))
  return parts
}

/** Goes to an event. */
function jump(app: App, place: number, item: LogItem | undefined, seq: number): HTMLElement {
  const what = item ? `${item.type} (${seq})` : `event ${seq}`
  const title = item && 'address' in item ? cut((item as Recorded & {address: string}).address, 300) : ''
  return make('button', {type: 'button', textContent: what, title, onclick: () => app.goTo(place)})
}

/** What the digest tells, where the page does not have the events themselves. */
function ofDigest({digest}: LogView, at: number): HTMLElement[] {
  const {bars, lives, codes} = digest
  const lines: HTMLElement[] = []
  for (let row = 0; row < bars.life.length; row++) {
    const begins = bars.begin[row] === at
    const isEnd = bars.end[row] === at
    if (!begins && !isEnd) continue
    const kind = bars.kind[row] ?? 0
    const ending = bars.ending[row] ?? 0
    const name = laneName(digest, lives.lane[bars.life[row] ?? 0] ?? 0)
    const state = states[kinds.state(kind)]
    const code = codes[(bars.code[row] ?? 0) - 1]
    const why = [endings.cause(ending), endings.reason(ending), code].filter((text) => text !== undefined)
    const told = begins
      ? `begins to be ${state}`
      : `is not ${state} any more${why.length > 0 ? ` (${why.join(', ')})` : ''}`
    lines.push(make('p', {}, foreign(name), ` ${told}`))
  }
  return lines.slice(0, 50)
}

/** Puts the code of a test into the clipboard; where that is not allowed, shows it. */
export async function copyTest(app: App): Promise<void> {
  const {log, cursor} = app
  if (!log) return
  const {run, seq} = eventAt(log.digest, cursor.at)
  const since = run > 0 ? log.digest.runs[run]?.since : undefined
  const table = tableAt(log.digest, cursor.at).map(({address, state}) => [address, state] as const)
  const code = testCode(log.name, seq, since, table)
  const copy = byId('copy')
  try {
    await navigator.clipboard.writeText(code)
    copy.textContent = 'Copied'
    setTimeout(() => {
      copy.textContent = 'Copy as test'
    }, 2000)
  } catch {
    const area = make('textarea', {value: code, rows: 16, readOnly: true})
    byId('event').prepend(area)
    area.select()
  }
}
