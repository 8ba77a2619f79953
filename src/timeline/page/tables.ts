import type {App} from './app'
import {byId, foreign, make} from './dom'
import {laneName, visible} from './names'
import type {Row} from './table-at'
import {tableAt} from './table-at'
import {clockTime, count, counted, day, duration} from './words'

/** The entries at the moment of the cursor, and the peers, as tables. */

/** How many rows are shown: a table of thousands would take longer than a frame. */
const maxRows = 200

/** The table at the cursor. */
export function drawTable(app: App): void {
  const {log, cursor, time} = app
  if (!log) return
  const rows = tableAt(log.digest, cursor.at).filter(({lane}) => log.isShown(lane))
  const states = rows.reduce((sum, {state}) => sum + Number(state === 'connected'), 0)
  const more = rows.length > maxRows ? `, of which ${maxRows} are listed` : ''
  byId('caption').textContent =
    `Then: ${counted(rows.length, 'entry', 'entries')}, ${count(states)} connected${more}`
  byId('table').replaceChildren(...rows.slice(0, maxRows).map((row) => rowOf(app, row, time)))
}

function rowOf(app: App, row: Row, time: number): HTMLTableRowElement {
  const {log, cursor} = app
  const kind = row.state === 'connected' ? (row.inbound ? 'inbound' : 'outbound') : row.state
  const peer = make('td', {title: row.address}, foreign(log ? laneName(log.digest, row.lane) : ''))
  const direction = row.inbound === undefined ? '' : row.inbound ? 'them' : 'us'
  const element = make(
    'tr',
    {},
    peer,
    make('td', {}, make('i', {className: kind}), row.state),
    make('td', {textContent: direction}),
    make('td', {textContent: row.inferredType ?? ''}),
    make('td', {textContent: duration(time - (log?.digest.bars.beginTime[row.bar] ?? 0))}),
  )
  const chosen = app.chosenLane
  element.ariaSelected = String(chosen?.log === cursor.log && chosen.lane === row.lane)
  element.dataset.address = row.address
  element.onclick = () => app.choose(app.rowOf(cursor.log, row.lane))
  return element
}

/** The peers as a table, for screen readers: what the lanes show, and in their order. */
export function drawPeers(app: App): void {
  const rows = app.rows.slice(0, maxRows).flatMap(({log, facts}) => {
    const digest = app.logs[log]?.digest
    if (!facts || !digest) return []
    return [
      make(
        'tr',
        {},
        make('th', {scope: 'row'}, foreign(laneName(digest, facts.lane))),
        make('td', {textContent: `${day(facts.firstSeen)} ${clockTime(facts.firstSeen, false)}`}),
        make('td', {textContent: duration(facts.uptime)}),
        make('td', {textContent: `${facts.inbound} in, ${facts.outbound} out`}),
        make('td', {}, foreign(visible(`${facts.failures} ${facts.codes.join(', ')}`))),
      ),
    ]
  })
  byId('peers')
    .querySelector('tbody')
    ?.replaceChildren(...rows)
}
