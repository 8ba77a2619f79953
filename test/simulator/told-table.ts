import type {ListenEvent} from '../../src/types'

/** The life cycle of an address, written down once more: which states an event leads from, and where to. */
const lifeCycle: Readonly<Record<ListenEvent['type'], readonly [from: readonly string[], to: string]>> = {
  connecting: [['absent'], 'connecting'],
  'connecting-failed': [['connecting'], 'absent'],
  connected: [['absent', 'connecting'], 'connected'],
  disconnecting: [['connecting', 'connected'], 'disconnecting'],
  'disconnecting-failed': [['disconnecting'], 'connected'],
  disconnected: [['connected', 'disconnecting'], 'absent'],
}

export interface ToldEntry {
  readonly state: string
  /** The rpc that readers were told of. */
  readonly rpc: object | undefined
}

/** The table as it must be by what `listen()` told. */
export class ToldTable {
  readonly entries = new Map<string, ToldEntry>()

  /** Returns what is wrong with the event, if anything is. */
  tell(event: ListenEvent): string | undefined {
    const {type, address} = event
    const before = this.entries.get(address)
    const state = before?.state ?? 'absent'
    const [from, to] = lifeCycle[type]
    if (!from.includes(state)) return `${type} of ${address}, which is ${state}`
    if (to === 'absent') this.entries.delete(address)
    else
      this.entries.set(address, {
        state: to,
        rpc: event.type === 'connected' ? event.details.rpc : before?.rpc,
      })
    return undefined
  }
}
