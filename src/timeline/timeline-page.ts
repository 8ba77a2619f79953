import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import type {LogItem} from '../events'
import {Spans} from '../spans/spans'
import {encodeDigest} from './digest-codec'
import {digestOf} from './digest-of'

/** A log that is to be shown. */
export interface ShownLog {
  /** What it is called on the page. */
  readonly name: string
  /** The public key of the peer whose log it is. */
  readonly id?: string | undefined
  readonly items: AsyncIterable<LogItem> | Iterable<LogItem>
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
  _options: PageOptions = {},
): AsyncGenerator<string, void, void> {
  const [before = '', rest = ''] = emptyPage().split('<!--data-->')
  const [script = '', after = ''] = rest.split('<!--blocks-->')
  yield before
  for (const {name, id, items} of logs) {
    const spans = new Spans()
    for await (const item of items) spans.apply(item)
    const data = gzipSync(encodeDigest(digestOf(spans, {id})), {level: 9}).toString('base64')
    yield `<script type="application/octet-stream" data-digest="${escaped(name)}">${data}</script>\n`
  }
  yield script
  yield after
}

function escaped(text: string): string {
  return text.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}
