import {invalidOption} from '../values/errors'

/**
 * Throws ERR_INVALID_OPTION for what does not give the items of a log: its text, what `decode()` returns, or the
 * asynchronous iterator of `readLog()`, of which an array would be made that is empty.
 */
export function assertItems(items: unknown): void {
  if (typeof items === 'object' && items !== null && Symbol.iterator in items) return
  const expected = 'the items of a log, as decode(text).events, or an array of what readLog() gives'
  throw invalidOption('events', items, expected)
}
