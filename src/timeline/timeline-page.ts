import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import type {LogItem} from '../events'
import {Spans} from '../spans/spans'
import type {Block} from './blocks'
import {BlockCutter} from './blocks'
import {encodeDigest} from './digest-codec'
import {digestOf} from './digest-of'

/** A log that is to be shown. */
export interface ShownLog {
  /** What it is called on the page. */
  readonly name: string
  /** The public key of the peer whose log it is. */
  readonly id?: string | undefined
  readonly items: AsyncIterable<LogItem> | Iterable<LogItem>
  /** What went wrong when it was read, asked for when all items were given. */
  readonly faults?: () => readonly string[]
}

export interface PageOptions {
  /** Whether the events themselves are in the page, and not only what it takes to draw them. Default: true. */
  readonly events?: boolean
}

/** The page as it was built, without a log. */
export function emptyPage(): string {
  return readFileSync(join(__dirname, 'page.html'), 'utf8')
}

/**
 * The timeline of one log, or of several on one axis, as the text of one HTML file, in pieces. It needs no network and
 * no server.
 */
export async function* timelinePage(
  logs: readonly ShownLog[],
  {events = true}: PageOptions = {},
): AsyncGenerator<string, void, void> {
  const [before = '', rest = ''] = emptyPage().split('<!--data-->')
  const [script = '', after = ''] = rest.split('<!--blocks-->')
  const blocks: string[] = []
  yield before
  for (const [log, {name, id, items, faults}] of logs.entries()) {
    const spans = new Spans()
    const cutter = new BlockCutter()
    for await (const item of items) {
      spans.apply(item)
      const block = events ? cutter.push(item, spans.run) : undefined
      if (block) blocks.push(blockElement(log, block))
    }
    if (cutter.begun) blocks.push(blockElement(log, cutter.begun))
    const digest = digestOf(spans, {id, faults: faults?.()})
    yield `<script type="text/plain" data-digest="${escaped(name)}">${packed(encodeDigest(digest))}</script>\n`
  }
  yield script
  yield* blocks
  yield after
}

function blockElement(log: number, {run, after, text}: Block): string {
  return `<script type="text/plain" data-log="${log}" data-run="${run}" data-after="${after}">${packed(text)}</script>\n`
}

/** Base64: nothing in it can end the element that it stands in. */
function packed(data: string | Uint8Array): string {
  return gzipSync(data, {level: 9}).toString('base64')
}

function escaped(text: string): string {
  return text.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}
