import {createGunzip} from 'node:zlib'
import {hasCode} from './file-errors'

/** What cannot be unzipped any further. All that came before it was given. */
export class UnzipError extends Error {
  /** Whether it is only the end that is missing. */
  readonly isCutOff: boolean

  /** @param error that of zlib */
  constructor(error: Error) {
    super(error.message)
    this.isCutOff = hasCode(error, 'Z_BUF_ERROR')
  }
}

/**
 * Unzips what comes in pieces. Rejects with an UnzipError.
 *
 * A piece is given to zlib when all that came of the one before was read: a stream that fails throws away what it
 * still holds.
 *
 * @param chunkSize how much is unzipped at a time, in bytes
 */
export async function* gunzip(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  chunkSize = 65_536,
): AsyncGenerator<Buffer, void, void> {
  const stream = createGunzip({chunkSize})
  let isTaken: boolean | undefined
  let failure: Error | null | undefined
  let wake = () => {}
  const taken = (error?: Error | null) => {
    isTaken = true
    failure ??= error
    wake()
  }
  stream.on('readable', () => wake())
  stream.on('end', () => wake())
  stream.on('error', taken)

  /** What comes until the present piece is taken. */
  async function* output(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      const bytes = stream.read()
      if (bytes) yield bytes
      else if (failure) throw new UnzipError(failure)
      else if (isTaken || stream.readableEnded) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }

  try {
    for await (const piece of pieces) {
      isTaken = false
      stream.write(piece, taken)
      yield* output()
      // Zeros after the end, as a tape has them, end the stream.
      if (stream.readableEnded) return
    }
    isTaken = false
    stream.end()
    yield* output()
  } finally {
    stream.destroy()
  }
}
