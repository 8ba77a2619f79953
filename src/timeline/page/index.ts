import {App} from './app'
import {Chart} from './chart'
import {coloursOf} from './colours'
import {byId, make} from './dom'
import {embeddedLogs} from './embedded'
import {copyTest, drawEvent} from './event-panel'
import {parseFilter} from './filter'
import {listenToKeys} from './keys'
import type {Sort} from './lane-facts'
import {Overview} from './overview'
import {listenToPointer} from './pointer'
import {drawPeers, drawTable} from './tables'
import {clockTime, counted, day, duration} from './words'

/** The page: it is made here, and everything that is drawn is drawn here. */

const chart = new Chart(byId('lanes'), byId('over'))
const overview = new Overview(byId('overview'))
const filter = byId<HTMLInputElement>('filter')
const sort = byId<HTMLSelectElement>('sort')
let colours = coloursOf(document.body)

const app = new App((app) => {
  chart.draw(app, colours)
  overview.draw(app, colours)
  drawEvent(app)
  drawTable(app)
  drawPeers(app)
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
  const [first] = app.logs
  if (!first) return
  const {from, to} = first.digest
  const shown = app.rows.filter(({facts}) => facts).length
  const all = app.logs.reduce((sum, {facts}) => sum + facts.length, 0)
  const peers = shown < all ? `${shown} of ${counted(all, 'peer')}` : counted(all, 'peer')
  const items = counted(
    app.logs.reduce((sum, {digest}) => sum + digest.count, 0),
    'event',
  )
  const span =
    to > 0 ? `${day(from)} ${clockTime(from, false)}, for ${duration(to - from)}` : 'nothing happened'
  byId('about').textContent = [...app.logs.map(({name}) => name), span, items, peers].join(' · ')
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

const steps: Record<string, (app: App) => void> = {
  'failure-before': (app) => app.stepFailure(-1),
  'event-before': (app) => app.step(-1),
  'event-next': (app) => app.step(1),
  'failure-next': (app) => app.stepFailure(1),
}

filter.oninput = () => {
  app.filter = filter.value
  app.arrange()
}
sort.onchange = () => {
  app.sort = sort.value as Sort
  app.arrange()
}
byId('fold').onclick = () => app.foldIdle(!app.isFolded)
byId('fit').onclick = () => {
  app.isFitted = !app.isFitted
  app.scroll = 0
  app.changed()
}
byId('copy').onclick = () => copyTest(app)
for (const [id, run] of Object.entries(steps)) byId(id).onclick = () => run(app)
byId('stage').tabIndex = 0
listenToKeys(app)
listenToPointer(app)
new ResizeObserver(() => app.changed()).observe(byId('stage'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours = coloursOf(document.body)
  app.changed()
})
// Not what the URL is by now: a frame that was drawn meanwhile has written its own.
addEventListener('hashchange', ({newURL}) => app.show(app.logs, new URL(newURL).hash))

async function open(): Promise<void> {
  app.show(await embeddedLogs(() => app.openEvents()), location.hash)
  byId('stage').focus()
}

open()
