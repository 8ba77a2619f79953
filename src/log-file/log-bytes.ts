import type {FileHandle} from 'node:fs/promises'
import {gunzip} from './gunzip'

const chunk = 65_536

/**
 * The bytes of a file, unzipped where it is gzipped. Each piece is overwritten by the next. Rejects with the error of
 * the file system, or with an UnzipError.
 */
export async function* bytesOf(handle: FileHandle): AsyncGenerator<Buffer, void, void> {
  const pieces = piecesOf(handle)
  const {value: first} = await pieces.next()
  if (!first) return
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
async function* piecesOf(handle: FileHandle): AsyncGenerator<Buffer, void, void> {
  const bytes = Buffer.allocUnsafe(chunk)
  for (;;) {
    const {bytesRead} = await handle.read(bytes, 0, chunk, null)
    if (bytesRead === 0) return
    yield bytes.subarray(0, bytesRead)
  }
}

async function* followed(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield first
  yield* rest
}

function isGzipped(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
