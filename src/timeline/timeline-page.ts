import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {brotliDecompressSync} from 'node:zlib'
import type {LogItem} from '../events'
import {PageLog} from './page-log'

/** A log that is to be shown. */
export interface ShownLog {
  /** What it is called on the page: the name of its file. */
  readonly name: string
  /** The public key of the peer whose log it is. */
  readonly id?: string | undefined
  /** What `decode()`, `readLog()` or `hub.log()` gave. */
  readonly items: AsyncIterable<LogItem> | Iterable<LogItem>
}

/** What goes into a page. */
export interface PageOptions {
  /**
   * Whether the events themselves are in the page, and not only what it takes to draw them: then it tells the JSON of
   * each, its cause and what followed. Default: true.
   */
  readonly events?: boolean
}

/**
 * The timeline of a log, or of several on one axis, as the text of one HTML file, in pieces. The page needs no network
 * and no server. Seeds are marked.
 *
 * @returns the pieces, in order. Rejects with a LogOrderError for events that do not follow from each other.
 */
export async function* timelinePage(
  logs: readonly ShownLog[],
  {events = true}: PageOptions = {},
): AsyncGenerator<string, void, void> {
  const all: PageLog[] = []
  for (const {name, id, items} of logs) {
    const log = new PageLog(name, events)
    log.id = id
    for await (const item of items) log.push(item)
    all.push(log)
  }
  yield* pageOf(all)
}

/** The text of the page with these logs in it, in pieces: what is drawn first comes first. */
export function* pageOf(logs: readonly PageLog[]): Generator<string, void, void> {
  const [before, script, after] = pageAround()
  yield before
  for (const log of logs) yield log.digest()
  yield script
  for (const [i, log] of logs.entries()) yield* log.blocks(i)
  yield after
}

/** The page, cut at the two places where the data of logs go in: what is drawn, and the events. */
export function pageAround(): [before: string, script: string, after: string] {
  const page = brotliDecompressSync(readFileSync(join(__dirname, 'page.html.br'))).toString()
  const [before = '', rest = ''] = page.split('<!--data-->')
  const [script = '', after = ''] = rest.split('<!--blocks-->')
  return [before, script, after]
}
