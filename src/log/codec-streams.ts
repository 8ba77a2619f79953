import pull from 'pull-stream'
import type {LogItem} from '../events'
import type {End, Source} from '../util/stream'
import type {EncodeOptions} from './codec'
import {encodeLine, LogDecoder} from './codec'
import type {LogFormatError} from './errors'
import {encodeHeader} from './header'

/** A pull-stream through from events to text, as `encode` makes it. */
export function encoder(options?: EncodeOptions): (source: Source<LogItem>) => Source<string> {
  return (read) => {
    let begun = false
    return (abort, callback) => {
      if (!abort && !begun) {
        begun = true
        return callback(null, encodeHeader(options?.id))
      }
      read(abort, (end, item) => (item && !end ? callback(null, encodeLine(item)) : callback(end)))
    }
  }
}

/**
 * A pull-stream through from text or bytes, in pieces of any size, to events. It ends with a
 * LogFormatError where `decode` would throw one.
 *
 * @param onTorn called at the end with what was torn off, if anything was
 */
export function decoder(
  onTorn: (torn: string) => void = () => {},
): (source: Source<string | Uint8Array>) => Source<LogItem> {
  return (read) => {
    const log = new LogDecoder()
    let aborted = false
    const pieces: Source<LogItem[]> = (abort, callback) => {
      const {error} = log
      if (abort) {
        aborted = true
        return read(abort, (end) => callback(end))
      }
      if (error) return read(error, () => callback(error))
      read(null, (end, piece) => {
        if (end) return callback(end === true && !aborted ? endOf(log, onTorn) : end)
        callback(null, piece === undefined ? [] : log.push(piece))
      })
    }
    return pull(
      pieces,
      pull.filter((items) => items.length > 0),
      pull.flatten(),
    )
  }
}

/** How a stream of events ends: with `true`, or an error. */
function endOf(log: LogDecoder, onTorn: (torn: string) => void): End {
  try {
    const torn = log.end()
    if (torn !== undefined) onTorn(torn)
    return true
  } catch (error) {
    // Nothing else is thrown there.
    return error as LogFormatError
  }
}
