/** The log of a hub: recorded in a file as it happens, and compared in the end with what the hub showed. */
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import pull from 'pull-stream'
import {recordLog} from '../../lib/log-file.js'
import {decode, ReplayHub, snapshots} from '../../lib/replay.js'
import {mark} from '../../lib/src/values/secrets.js'
import {DemoError, explained, inTime} from './errors.mjs'

/** A file that is there already is never touched. */
export function assertNew(path) {
  if (existsSync(path)) throw new DemoError(`${path} is there already, and a log is never written over`)
}

export class DemoLog {
  #path
  #recording
  /** The table after each event, as the hub's own streams told it: [seq, entries]. */
  #told = [[0, []]]

  /**
   * @param hub a new one
   * @param {string} [keep] the file that stays; else it is a temporary one
   */
  constructor(hub, keep) {
    this.#path = keep ?? join(temporaryFolder(), 'log.jsonl')
    this.#recording = recordLog(hub, this.#path)
    let table = []
    pull(
      hub.liveEntries(),
      pull.drain((entries) => {
        table = entries
      }),
    )
    // The log tells of an event last.
    pull(
      hub.log({live: true}),
      pull.drain(({seq}) => this.#told.push([seq, table])),
    )
  }

  /** Reads the log back when all is in the file, and replays it. */
  async compare() {
    await explained('could not record the log', () => inTime(this.#recording.close(), 'the log'))
    const bytes = await readFile(this.#path)
    const {events: items} = decode(bytes)
    const replay = new ReplayHub(items)
    const stepped = [replay.snapshot()]
    while (replay.step()) stepped.push(replay.snapshot())
    // A log has marks where addresses have secrets.
    const told = JSON.parse(mark(JSON.stringify(this.#told)))
    const isSame = [[...snapshots(items)], stepped].every((states) =>
      isDeepStrictEqual(
        states.map(({seq, entries}) => [seq, entries]),
        told,
      ),
    )
    // The first item is the empty table that the recording began with.
    return {counts: `${items.length - 1} events, ${bytes.length.toLocaleString('en')} bytes`, isSame}
  }

  /** Waits for the file, whatever came of it. */
  async end() {
    await this.#recording.close().catch(() => {})
  }
}

/** A folder that goes with the process. */
function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-demo-'))
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
  return folder
}
