import pull from 'pull-stream'
import type {LogItem, LogOptions, Source} from '../../src/types'

/** What a source gives without waiting. */
export function itemsOf<T>(source: Source<T>): T[] {
  const items: T[] = []
  pull(
    source,
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return items
}

/** The log of a hub, as it is. */
export function logOf(hub: {log(options?: LogOptions): Source<LogItem>}, options?: LogOptions): LogItem[] {
  return itemsOf(hub.log(options))
}
