import {gzipSync} from 'node:zlib'
import type {LogItem} from '../events'
import {encodeLine} from '../log/codec'
import type {PeerSpans} from '../spans/peers'
import {Spans} from '../spans/spans'
import type {Block} from './blocks'
import {BlockCutter} from './blocks'
import {encodeDigest} from './digest-encode'
import {digestOf} from './digest-of'

/** What of a log goes into a page, gathered item by item. */
export class PageLog {
  readonly name: string
  /** The public key of the peer whose log it is. */
  id: string | undefined
  /** By how much its clock is ahead of that of the first log on the page, in whole ms, where that is known. */
  ahead: number | undefined
  readonly #spans = new Spans()
  readonly #cutter: BlockCutter | undefined
  readonly #blocks: string[] = []
  /** The block that grows, and its lines. */
  #begun: Block | undefined
  #text = ''

  /** @param events whether the events themselves go into the page */
  constructor(name: string, events: boolean) {
    this.name = name
    this.#cutter = events ? new BlockCutter() : undefined
  }

  /** Throws a LogOrderError for an item that does not follow from the one before; it is left out. */
  push(item: LogItem): void {
    this.#spans.apply(item)
    if (!this.#cutter) return
    const line = encodeLine(item)
    const block = this.#cutter.push(item, this.#spans.run, line.length)
    if (block !== this.#begun) {
      if (this.#begun) this.#blocks.push(blockElement(this.#begun, this.#text))
      this.#begun = block
      this.#text = block.start ? encodeLine(block.start) : ''
    }
    this.#text += line
  }

  /** What is known of the peer with this key. */
  peer(id: string): PeerSpans | undefined {
    return this.#spans.peers.find((peer) => peer.id === id)
  }

  /** Whether it has no item. */
  get isEmpty(): boolean {
    return this.#spans.runs.length === 0
  }

  /** The element that the page draws from. */
  digest(): string {
    const digest = digestOf(this.#spans, this.id)
    const ahead = this.ahead === undefined ? '' : ` data-ahead="${this.ahead}"`
    return `<script type="text/plain" data-digest="${escaped(this.name)}"${ahead}>${packed(encodeDigest(digest))}</script>\n`
  }

  /** The elements of its events. */
  blocks(log: number): string[] {
    const all = this.#begun ? [...this.#blocks, blockElement(this.#begun, this.#text)] : this.#blocks
    return all.map((element) => `<script type="text/plain" data-log="${log}" ${element}`)
  }
}

function blockElement({run, after}: Block, text: string): string {
  return `data-run="${run}" data-after="${after}">${packed(text)}</script>\n`
}

/** Base64: nothing in it can end the element that it stands in. */
function packed(data: string | Uint8Array): string {
  return gzipSync(data, {level: 9}).toString('base64')
}

function escaped(text: string): string {
  return text.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}
