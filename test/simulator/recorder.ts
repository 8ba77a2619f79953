import {isDeepStrictEqual} from 'node:util'
import {fold} from '../../src/log/fold'
import {type Recording, readLog, recordLog} from '../../src/log-file'
import type {LogItem, Snapshot} from '../../src/types'
import type {Hub} from './scheduler'

/** A reader of the log may be so far behind before it misses anything; the memory of the hub is twice that. */
const allowance = 5000

/** Records the log in a file. The simulation waits for the disk, so that no event is ever lost. */
export class Recorder {
  readonly #path: string
  readonly #recording: Recording

  constructor(hub: Hub, path: string) {
    this.#path = path
    this.#recording = recordLog(hub, path)
  }

  /** Whether the simulation has to wait; `seq` is the event that it has come to. */
  isBehind(seq: number): boolean {
    return !this.#recording.error && seq - (this.#recording.seq ?? 0) > allowance
  }

  /** Once the hub is closed: returns what is wrong with the file, if anything is. */
  async check(end: Snapshot): Promise<string | undefined> {
    await this.#recording.close()
    if (this.#recording.lost > 0) return `the recording lost ${this.#recording.lost} events`
    let state = fold([])
    let items: LogItem[] = []
    const take = () => {
      state = fold([{type: 'checkpoint', ...state}, ...items])
      items = []
    }
    for await (const item of readLog(this.#path)) {
      items.push(item)
      if (items.length === allowance) take()
    }
    take()
    return isDeepStrictEqual(state, end) ? undefined : 'the recorded log does not fold to the last snapshot'
  }
}
