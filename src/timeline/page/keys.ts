import type {App} from './app'
import {byId, make} from './dom'
import {step, stepFailure, stepPeer} from './steps'
import {panned, zoomed} from './view'

/** What a key does. Keys with Alt, Ctrl or Meta are the browser's. */
interface Key {
  readonly keys: readonly string[]
  /** How the help shows them. */
  readonly shown: string
  readonly does: string
  readonly run: (app: App) => void
}

const sorts = ['seen', 'uptime', 'failures'] as const

export const keys: readonly Key[] = [
  {keys: ['ArrowRight'], shown: '→', does: 'next event', run: (app) => step(app, 1)},
  {keys: ['ArrowLeft'], shown: '←', does: 'event before', run: (app) => step(app, -1)},
  {keys: ['n'], shown: 'n', does: 'next failure', run: (app) => stepFailure(app, 1)},
  {keys: ['p'], shown: 'p', does: 'failure before', run: (app) => stepFailure(app, -1)},
  {keys: ['ArrowDown'], shown: '↓', does: 'next peer', run: (app) => chooseBy(app, 1)},
  {keys: ['ArrowUp'], shown: '↑', does: 'peer before', run: (app) => chooseBy(app, -1)},
  {
    keys: ['.', 'shift+ArrowRight'],
    shown: '.',
    does: 'next event of that peer',
    run: (app) => stepPeer(app, 1),
  },
  {keys: [',', 'shift+ArrowLeft'], shown: ',', does: 'its event before', run: (app) => stepPeer(app, -1)},
  {keys: ['Home'], shown: 'Home', does: 'first event', run: (app) => app.goTo(0)},
  {keys: ['End'], shown: 'End', does: 'last event', run: (app) => app.goTo(Number.MAX_SAFE_INTEGER)},
  {keys: ['+', '='], shown: '+', does: 'closer', run: (app) => zoom(app, 0.5)},
  {keys: ['-'], shown: '-', does: 'farther', run: (app) => zoom(app, 2)},
  {keys: ['0'], shown: '0', does: 'all of the time', run: (app) => app.look(app.all)},
  {keys: ['l'], shown: 'l', does: 'move right', run: (app) => app.look(panned(app.view, 0.25, app.all))},
  {keys: ['h'], shown: 'h', does: 'move left', run: (app) => app.look(panned(app.view, -0.25, app.all))},
  {keys: ['PageDown'], shown: 'PageDown', does: 'scroll down', run: (app) => app.scrollBy(app.height * 0.8)},
  {keys: ['PageUp'], shown: 'PageUp', does: 'scroll up', run: (app) => app.scrollBy(-app.height * 0.8)},
  {keys: ['z'], shown: 'z', does: 'all peers at once, or not', run: () => byId('fit').click()},
  {keys: ['f'], shown: 'f', does: 'fold idle time, or not', run: () => byId('fold').click()},
  {keys: ['a'], shown: 'a', does: 'by one clock, or each by its own', run: () => byId('align').click()},
  {keys: ['s'], shown: 's', does: 'sort by the next', run: (app) => sortByNext(app)},
  {keys: ['c'], shown: 'c', does: 'copy as test', run: () => byId('copy').click()},
  {keys: ['o'], shown: 'o', does: 'open logs', run: () => byId('open').click()},
  {keys: ['/'], shown: '/', does: 'filter', run: () => byId('filter').focus()},
  {keys: ['Escape'], shown: 'Esc', does: 'choose no peer', run: (app) => app.choose(-1)},
  {keys: ['?'], shown: '?', does: 'these keys', run: () => byId('help').click()},
]

const byKey = new Map(keys.flatMap((key) => key.keys.map((name) => [name, key] as const)))

export function listenToKeys(app: App): void {
  const dialog = byId<HTMLDialogElement>('keys')
  dialog.append(
    make('h2', {textContent: 'Keys'}),
    make(
      'table',
      {},
      ...keys.map(({shown, does}) =>
        make('tr', {}, make('td', {}, make('kbd', {textContent: shown})), make('td', {textContent: does})),
      ),
    ),
    make('form', {method: 'dialog'}, make('button', {textContent: 'Close'})),
  )
  byId('help').onclick = () => (dialog.open ? dialog.close() : dialog.showModal())
  addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event) || dialog.open) return
    const key = byKey.get(event.shiftKey && event.key.startsWith('Arrow') ? `shift+${event.key}` : event.key)
    if (!key) return
    event.preventDefault()
    key.run(app)
  })
  byId('filter').addEventListener('keydown', ({key}) => {
    if (key === 'Enter' || key === 'Escape') byId('stage').focus()
  })
}

/** What is typed belongs to the field, and the arrows to a list. */
function isTyping({target}: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
}

function zoom(app: App, factor: number): void {
  const cursor = app.axis.place(app.time)
  const isSeen = cursor >= app.view.from && cursor <= app.view.to
  app.look(zoomed(app.view, factor, isSeen ? cursor : (app.view.from + app.view.to) / 2, app.all))
}

function chooseBy(app: App, direction: 1 | -1): void {
  let row = app.chosen + direction
  while (app.rows[row] && !app.rows[row]?.facts) row += direction
  if (app.rows[row]) app.choose(row)
}

function sortByNext(app: App): void {
  app.sort = sorts[(sorts.indexOf(app.sort) + 1) % sorts.length] ?? 'seen'
  app.arrange()
}
