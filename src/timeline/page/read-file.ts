import {LogDecoder} from '../../log/codec'
import {piecesOf} from './event-stream'
import type {GrowingLog} from './growing-log'

/** How long a line may be, in characters, so that no text is longer than 64 MB. */
const maxLine = 30_000_000
/** How many bytes of a file are read at once. */
const sliceLength = 2 ** 20
/** How long it may go on without letting the page draw, in ms. */
const longest = 40

/**
 * Reads a file into a log, piece by piece: `.jsonl`, or the same gzipped.
 *
 * @param onGrown called when something of it was read, with how much of it, from 0 to 1, where that is known
 * @returns what of the file could not be read, in words
 */
export async function readFile(
  log: GrowingLog,
  file: File,
  onGrown: (share: number | undefined) => void,
): Promise<string | undefined> {
  const decoder = new LogDecoder(maxLine)
  const lines = new Lines(file, await isGzipped(file))
  let begun = performance.now()
  try {
    for await (const bytes of lines.pieces()) {
      const items = decoder.push(bytes)
      const kept = lines.take(bytes)
      log.id ??= decoder.header?.id
      if (items.length > 0) log.push(items, kept)
      if (decoder.error) throw decoder.error
      onGrown(lines.share)
      if (performance.now() - begun < longest) continue
      await new Promise((resolve) => setTimeout(resolve))
      begun = performance.now()
    }
    const torn = decoder.end()
    return torn === undefined
      ? undefined
      : `the end is torn (${torn.length} characters), as where a recorder was killed`
  } catch (error) {
    const {code, message} = error as {readonly code?: unknown; readonly message: string}
    const isOurs = typeof code === 'string' && code.startsWith('ERR_LOG_')
    const why = isOurs
      ? message
      : lines.isGzipped
        ? `it cannot be unzipped any further (${message})`
        : message
    return `${why.slice(0, 500)}. The rest is not shown`
  }
}

async function isGzipped(file: File): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return first === 0x1f && second === 0x8b
}

/** The bytes of a file, in pieces that are larger than those of its stream: each is fetched while the one before is read. */
async function* slicesOf(file: File): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const fetch = (from: number) => {
    const bytes = file.slice(from, from + sliceLength).arrayBuffer()
    // One that fails is told when it is waited for, if it is.
    bytes.catch(() => {})
    return bytes
  }
  let next = fetch(0)
  for (let at = 0; at < file.size; at += sliceLength) {
    const bytes = await next
    next = fetch(at + sliceLength)
    yield new Uint8Array(bytes)
  }
}

/** Of a file that is read in pieces, the lines that are whole with each piece. */
class Lines {
  readonly isGzipped: boolean
  readonly #file: File
  /** Where the line begins that is not whole yet, and up to where it was read. */
  #from = 0
  #to = 0
  /** What there is of that line, where the file does not have it in so many words. */
  #rest: Uint8Array<ArrayBuffer>[] = []

  constructor(file: File, isGzipped: boolean) {
    this.#file = file
    this.isGzipped = isGzipped
  }

  /** How much of the file was read, from 0 to 1. What of a gzipped one is, nobody tells. */
  get share(): number | undefined {
    return this.isGzipped ? undefined : this.#to / this.#file.size
  }

  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    if (!this.isGzipped) return slicesOf(this.#file)
    return piecesOf(this.#file.stream().pipeThrough(new DecompressionStream('gzip')))
  }

  /** The lines that are whole with this piece, and were not before. */
  take(bytes: Uint8Array<ArrayBuffer>): Blob | undefined {
    const length = bytes.lastIndexOf(10) + 1
    const from = this.#from
    const end = this.#to + length
    this.#to += bytes.length
    if (length > 0) this.#from = end
    if (!this.isGzipped) return length > 0 ? this.#file.slice(from, end) : undefined
    if (length === 0) {
      this.#rest.push(bytes)
      return undefined
    }
    const lines = new Blob([...this.#rest, bytes.subarray(0, length)])
    this.#rest = [bytes.subarray(length)]
    return lines
  }
}
