import type {FileHandle} from 'node:fs/promises'
import {gunzip} from './gunzip'

const chunk = 65_536

/**
 * The bytes of a file, unzipped where it is gzipped. Each piece is overwritten by the next. Rejects with the error of
 * the file system, or with an UnzipError.
 *
 * @param onBytes called for each piece that was read, with its length
 */
export function bytesOf(
  handle: FileHandle,
  onBytes?: (count: number) => void,
): AsyncGenerator<Buffer, void, void> {
  return unzipped(piecesOf(handle, onBytes))
}

/** Bytes, unzipped where they are gzipped. */
export async function* unzipped(pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  const {value: first, done} = await pieces.next()
  if (done) return
  const all = followed(first, pieces)
  yield* isGzipped(first) ? gunzip(all) : all
}

/** How a file begins, as text, unzipped where it is gzipped. What is read next is not changed by it. */
export async function firstBytesOf(handle: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(4096)
  const {bytesRead} = await handle.read(bytes, 0, bytes.length, 0)
  const first = bytes.subarray(0, bytesRead)
  if (!isGzipped(first)) return first.toString()
  try {
    // A few at a time: what is broken behind them does not matter here.
    for await (const piece of gunzip([first], 64)) return piece.toString()
  } catch {
    // It only looks gzipped.
  }
  return ''
}

/** In the form that every runtime has: Yarn's Plug'n'Play takes `read(buffer)` for one of no bytes. */
async function* piecesOf(
  handle: FileHandle,
  onBytes?: (count: number) => void,
): AsyncGenerator<Buffer, void, void> {
  const bytes = Buffer.allocUnsafe(chunk)
  for (;;) {
    const {bytesRead} = await handle.read(bytes, 0, chunk, null)
    if (bytesRead === 0) return
    onBytes?.(bytesRead)
    yield bytes.subarray(0, bytesRead)
  }
}

async function* followed(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

function isGzipped(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
