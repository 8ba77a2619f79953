/** How the demo looks: headings, events, tables and proven claims, as lines of text. */
import {setTimeout} from 'node:timers/promises'
import pc from 'picocolors'
import {reasonOf, shorten} from './names.mjs'
import {cut, drawTable} from './table.mjs'

const {NO_COLOR, FORCE_COLOR, TERM, COLUMNS} = process.env
const isTerminal = process.stdout.isTTY && TERM !== 'dumb'
const hasColors = !NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal)
const c = pc.createColors(Boolean(hasColors))
const width = Math.max(56, Math.min(process.stdout.columns ?? (Number(COLUMNS) || 100), 110))

const looks = {
  connecting: {sign: '○', color: c.yellow},
  connected: {sign: '●', color: c.green},
  'connecting-failed': {sign: '✗', color: c.red},
  disconnecting: {sign: '◌', color: c.magenta},
  'disconnecting-failed': {sign: '✗', color: c.red},
  disconnected: {sign: '✕', color: c.blue},
}

export class Screen {
  #names
  #since = Date.now()
  #hasHeader = false
  #last = ''

  /** @param {import('./names.mjs').Names} names */
  constructor(names) {
    this.#names = names
  }

  title(text, caption) {
    this.#begin('title')
    print(`  ${c.bold(text)}`, ...wrapped(caption).map(c.dim))
  }

  chapter(number, title, caption) {
    this.#begin('chapter')
    const rule = '─'.repeat(Math.max(0, width - title.length - 7))
    print('', `  ${c.cyan(number)}  ${c.bold(title)} ${c.dim(rule)}`, ...wrapped(caption).map(c.dim))
    this.#since = Date.now()
    this.#hasHeader = false
  }

  /** Who takes part, and where. */
  peers(peers) {
    this.#begin('peers')
    for (const {name, address} of peers) print(`  ${c.bold(name.padEnd(8))}${c.dim(shorten(address))}`)
  }

  /** What somebody does. */
  act(text) {
    this.#begin('act')
    const [first, ...rest] = wrapped(text, 4)
    print(`  ${c.cyan('❯')} ${c.cyan(first.trimStart())}`, ...rest.map(c.cyan))
  }

  event({type, key, details}) {
    this.#begin('event')
    const {sign, color} = looks[type]
    const name = this.#names.of(key)
    const more = cut(this.#details(type, details), width - 35)
    print(`  ${color(`${sign} ${type.padEnd(20)}`)} ${c.bold(name.padEnd(9))} ${c.dim(more)}`)
  }

  /** The entries after an event: they stand below it. A header comes once a chapter. */
  table(entries) {
    if (this.#last !== 'event') this.#begin('table')
    if (entries.length === 0) return print(bar + c.dim('(nobody)'))
    const [header, ...rows] = drawTable(entries, this.#names, width - 4, styles)
    if (!this.#hasHeader) print(bar + header)
    for (const row of rows) print(bar + row)
    this.#hasHeader = true
  }

  /** A claim that was checked, and is true. */
  proven(claim) {
    this.#begin('proven')
    const [first, ...rest] = wrapped(claim, 4)
    print(`  ${c.green('✓')} ${first.trimStart()}`, ...rest)
  }

  end(text) {
    this.#begin('end')
    print(`  ${c.green('✓')} ${c.bold('All as it should be')}`, ...wrapped(text, 4).map(c.dim), '')
  }

  /** Time to read, for those who watch. */
  async pause() {
    if (isTerminal) await setTimeout(350)
  }

  /** A blank line before all that is new, and before each event. */
  #begin(kind) {
    if (kind !== this.#last || kind === 'event') print('')
    this.#last = kind
  }

  #details(type, details) {
    if (type.endsWith('-failed')) return reasonOf(details)
    const after = `after ${Date.now() - this.#since} ms`
    if (type !== 'connected') return after
    return `${after}, ${details.isClient ? 'we' : 'they'} dialled`
  }
}

const bar = `  ${c.dim('│')} `

const styles = {
  header: c.dim,
  name: c.bold,
  address: c.dim,
  state: (text) => looks[text.trim()].color(text),
}

function print(...lines) {
  process.stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
}

/** Breaks a text into lines that fit, all indented. */
function wrapped(text, indent = 2) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    if (indent + line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => ' '.repeat(indent) + line)
}
