import {App} from './app'
import {Chart} from './chart'
import {coloursOf} from './colours'
import {byId, make} from './dom'
import {embeddedLogs} from './embedded'
import {copyTest, drawEvent} from './event-panel'
import {parseFilter} from './filter'
import type {GrowingLog} from './growing-log'
import {listenToKeys} from './keys'
import type {Sort} from './lane-facts'
import {followHub} from './live'
import type {LogView} from './log-view'
import {listenToFiles} from './open-files'
import {Overview} from './overview'
import {listenToPointer} from './pointer'
import {Renewal} from './renewal'
import type {Row} from './rows'
import {step, stepFailure} from './steps'
import {drawPeers, drawTable} from './tables'
import {storedToken, takeToken} from './token'
import {clockTime, counted, day, duration} from './words'

/** The page: it is made here, and everything that is drawn is drawn here. */

const chart = new Chart(byId('lanes'), byId('over'))
const overview = new Overview(byId('overview'))
const filter = byId<HTMLInputElement>('filter')
const sort = byId<HTMLSelectElement>('sort')
let colours = coloursOf(document.body)
/** The rows that the table of peers has. */
let listed: readonly Row[] = []

const app = new App((app) => {
  chart.draw(app, colours)
  overview.draw(app, colours)
  drawEvent(app)
  drawTable(app)
  if (app.rows !== listed) drawPeers(app)
  listed = app.rows
  drawControls()
  if (app.logs.length > 0) history.replaceState(null, '', app.hash)
  document.body.dataset.drawn = ''
})

function drawControls(): void {
  const {fault} = parseFilter(app.filter)
  filter.ariaInvalid = String(fault !== undefined)
  filter.title = fault ?? 'is:failed is:inbound peer:… code:… -peer:…'
  if (filter.value !== app.filter) filter.value = app.filter
  sort.value = app.sort
  byId('fold').ariaPressed = String(app.isFolded)
  byId('fit').ariaPressed = String(app.isFitted)
  byId('align').ariaPressed = String(app.isAligned)
  byId('align').hidden = app.logs.every(({ahead}) => ahead === 0)
  drawNotes()
  const [first] = app.logs
  if (!first) return
  const {from, to} = first.digest
  const shown = app.rows.filter(({facts}) => facts).length
  const all = app.logs.reduce((sum, {facts}) => sum + facts.length, 0)
  const peers = shown < all ? `${shown} of ${counted(all, 'peer')}` : counted(all, 'peer')
  const items = counted(
    app.logs.reduce((sum, {digest}) => sum + digest.events, 0),
    'event',
  )
  const span =
    to > 0 ? `${day(from)} ${clockTime(from, false)}, for ${duration(to - from)}` : 'nothing happened'
  byId('about').textContent = [...app.logs.map(({name}) => name), span, items, peers].join(' · ')
}

/** What is amiss, and what the page is doing. */
function drawNotes(): void {
  const notes = [
    ...(app.status ? [app.status] : []),
    ...app.notes,
    ...app.logs.flatMap(missingOf),
    ...app.logs.flatMap(clockOf),
  ]
  const all = byId('notes')
  const text = notes.join('\n')
  // Told anew only where it has changed: screen readers read it aloud.
  if (all.textContent !== text) all.textContent = text
}

function missingOf({name, digest}: LogView): string[] {
  const missing = digest.marks.reduce((sum, {what, by = 0}) => sum + (what === 'missing' ? by : 0), 0)
  return missing > 0 ? [`${name}: ${counted(missing, 'event')} missing, where a line says so`] : []
}

function clockOf({name, ahead, shift}: LogView): string[] {
  if (ahead === 0) return []
  const clock = `the clock of ${name} is ${ahead > 0 ? 'ahead of' : 'behind'} that of ${app.logs[0]?.name} by ${duration(Math.abs(ahead))}`
  return [`${clock}: it is drawn by ${shift === 0 ? 'its own (a aligns them)' : 'that of the other'}`]
}

const legend = {
  outbound: 'connected, we dialled',
  inbound: 'connected, they dialled',
  connecting: 'connecting',
  disconnecting: 'disconnecting',
  failed: 'failed',
  reserve: 'link in reserve',
  handover: 'hand-over',
}
byId('legend').append(
  ...Object.entries(legend).map(([name, words]) => make('span', {}, make('i', {className: name}), words)),
)

filter.oninput = () => {
  app.filter = filter.value
  app.arrange()
}
sort.onchange = () => {
  app.sort = sort.value as Sort
  app.arrange()
}
byId('fold').onclick = () => app.foldIdle(!app.isFolded)
byId('align').onclick = () => app.align(!app.isAligned)
byId('fit').onclick = () => {
  app.isFitted = !app.isFitted
  app.scroll = 0
  app.changed()
}
byId('copy').onclick = () => copyTest(app)
byId('failure-before').onclick = () => stepFailure(app, -1)
byId('event-before').onclick = () => step(app, -1)
byId('event-next').onclick = () => step(app, 1)
byId('failure-next').onclick = () => stepFailure(app, 1)
byId('stage').tabIndex = 0
listenToKeys(app)
listenToPointer(app)
new ResizeObserver(() => app.changed()).observe(byId('stage'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours = coloursOf(document.body)
  app.changed()
})
listenToFiles(app)

/** Where this page is that of a hub that runs. */
const isLive = document.querySelector('script[data-live]') !== null

// Not what the URL is by now: a frame that was drawn meanwhile has written its own.
addEventListener('hashchange', ({newURL}) => {
  const {hash} = new URL(newURL)
  if (isLive && takeToken(hash)) location.reload()
  else app.show(app.logs, hash)
})

async function open(): Promise<void> {
  if (isLive) return follow()
  app.show(await embeddedLogs(() => app.openEvents()), location.hash)
}

async function follow(): Promise<void> {
  takeToken(location.hash)
  const {hash} = location
  let log: GrowingLog | undefined
  const renewal = new Renewal(() => {
    if (!log || app.opened) return
    if (app.logs.length > 0) app.renew([log.view()])
    else app.show([log.view()], hash)
  })
  app.changed()
  await followHub(storedToken(), {
    onLog: (grown) => {
      log = grown
      renewal.soon()
    },
    onStatus: (status) => {
      if (app.opened) return
      app.status = status
      app.changed()
    },
  })
}

byId('stage').focus()
open()
