import type {LogItem} from '../events'
import {LogDecoder} from '../log/codec'
import {LogFormatError} from '../log/errors'
import type {Header} from '../log/header'
import {isStartOfLog} from '../log/header'
import {UnzipError} from './gunzip'
import {bytesOf} from './log-bytes'
import type {ReadOptions} from './read-options'
import type {OpenFile} from './rotated-files'

/** A file that is not a log that can be read: says in which file and line, what was found, and what was expected. */
export class LogFileError extends LogFormatError {
  /** The path of the file. */
  readonly path: string

  constructor(path: string, {line, found, expected}: LogFormatError) {
    super(line, found, expected)
    this.path = path
    this.message = `${path}: ${this.message}`
  }
}

/** A reading of which somebody is told how far it is: of each piece that was read from a file, the length in bytes. */
export interface WatchedReading extends ReadOptions {
  readonly onBytes?: (count: number) => void
}

/** Items of a log, as many at a time as come with one piece of a file. */
export type Batches = AsyncGenerator<LogItem[], void, void>

/** The items of a file. Rejects with a LogFileError, or with the error of the file system. */
export function itemsOf({path, handle}: OpenFile, options: WatchedReading): Batches {
  return itemsOfBytes(path, bytesOf(handle, options.onBytes), options)
}

/** The items of a log in bytes. Rejects as they do, or with a LogFileError. */
export async function* itemsOfBytes(
  path: string,
  all: AsyncIterable<Buffer>,
  {onHeader, onTorn}: ReadOptions,
): Batches {
  const decoder = new LogDecoder()
  let header: Header | undefined
  let isCutOff = false
  try {
    for await (const bytes of all) {
      const items = decoder.push(bytes)
      if (!header && decoder.header) onHeader?.({path, ...decoder.header})
      header = decoder.header
      yield items
      if (decoder.error) throw new LogFileError(path, decoder.error)
    }
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error
    if (!error.isCutOff) throw new LogFileError(path, unzippable(decoder.line, error))
    isCutOff = true
  }
  const torn = tornOf(path, decoder) ?? (isCutOff ? '' : undefined)
  if (torn !== undefined) onTorn?.({path, torn})
}

function unzippable(line: number, {message}: UnzipError): LogFormatError {
  return new LogFormatError(line, `bytes that cannot be unzipped (${message})`, 'a whole gzipped file')
}

/** What is torn off the end of a file, if anything is: all of it, where its first line is not whole. */
function tornOf(path: string, decoder: LogDecoder): string | undefined {
  try {
    return decoder.end()
  } catch (error) {
    if (!(error instanceof LogFormatError)) throw error
    if (error.found === '' || isStartOfLog(error.found)) return error.found
    throw new LogFileError(path, error)
  }
}
