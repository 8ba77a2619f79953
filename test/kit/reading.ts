import pull from 'pull-stream'
import type {Entry, ListenEvent, LogItem, LogOptions, Source} from '../../src/types'
import type {Hub} from './setup'

/** An array of what a source gives; what comes later is added to it. */
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

/** Drains listen(), and stops where the function returns false. */
export function listen(
  hub: Hub,
  onEvent: (event: ListenEvent) => unknown,
  onEnd?: (end: unknown) => void,
): void {
  pull(
    hub.listen(),
    pull.drain((event) => (onEvent(event) === false ? false : undefined), onEnd),
  )
}

/** Reads liveEntries() when the test asks. */
export function asking(hub: Hub) {
  const read = hub.liveEntries()
  const got: (readonly Entry[] | unknown)[] = []
  const ask = () => read(null, (end, entries) => got.push(end ?? entries))
  return {ask, got, abort: () => read(true, () => {})}
}
