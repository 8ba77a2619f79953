import {App} from './app'
import {Chart} from './chart'
import {coloursOf} from './colours'
import {byId, make} from './dom'
import {embeddedDigests} from './embedded'
import {parseFilter} from './filter'
import {listenToKeys} from './keys'
import type {Sort} from './lane-facts'
import {LogView} from './log-view'
import {Overview} from './overview'
import {listenToPointer} from './pointer'
import {drawMoment, drawPeers, drawTable} from './side'
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
  drawMoment(app)
  drawTable(app)
  drawPeers(app)
  drawControls()
  history.replaceState(null, '', app.hash)
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
  const faults = app.logs.flatMap(({digest}) => digest.faults)
  byId('about').textContent = [...app.logs.map(({name}) => name), span, items, peers, ...faults].join(' · ')
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
byId('fit').onclick = () => {
  app.isFitted = !app.isFitted
  app.scroll = 0
  app.changed()
}
byId('stage').tabIndex = 0
listenToKeys(app)
listenToPointer(app)
new ResizeObserver(() => app.changed()).observe(byId('stage'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours = coloursOf(document.body)
  app.changed()
})
addEventListener('hashchange', () => app.show(app.logs, location.hash))

async function open(): Promise<void> {
  const digests = await embeddedDigests()
  app.show(
    digests.map(({name, digest}) => new LogView(name, digest)),
    location.hash,
  )
  byId('stage').focus()
}

open()
