import {PeerTable} from '../../../reducers/table'
import type {LogItem} from '../../events'
import {deepFreeze} from '../../util/deep-freeze'
import {ConnHubError} from '../../values/errors'

/** The peer table of the recorded hub, as far as its log was replayed. */
export class RecordedTable {
  /** The log of the hub up to now. */
  readonly events: LogItem[] = []
  readonly #table = new PeerTable()
  #isClosed = false

  apply(event: LogItem): void {
    this.events.push(event)
    if (event.type === 'checkpoint') this.#table.replace(deepFreeze(event.entries))
    else this.#table.apply(deepFreeze(event))
  }

  /** The plugin closed the hub. */
  close(): void {
    this.#isClosed = true
  }

  /** Throws ERR_CLOSED after the plugin has closed the hub. */
  get open(): PeerTable {
    if (this.#isClosed) throw new ConnHubError('ERR_CLOSED')
    return this.#table
  }
}
