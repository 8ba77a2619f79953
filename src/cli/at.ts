import {Fold} from '../../reducers/fold'
import type {LogItem, Snapshot} from '../events'
import {foldInto} from '../log/fold'
import type {Call, Command} from './command'
import {metadataOf} from './print'
import {moment, momentOf} from './times'

/** `at`: the table at a time, or after an event. */
export const at: Command = {
  words: ['TIME|SEQ'],
  about: 'the table at a time, or after the event of that number',
  more: 'Where the log has several runs of the hub, a number is that of the latest run which has it.',
  async run(call) {
    const {values, print, words, isAsked} = call
    const [when = ''] = words
    const state = /^\d{1,8}$/.test(when)
      ? await afterEvent(call, Number(when))
      : await atTime(call, momentOf(when, call.now))
    if (!state) return 1
    const entries = state.entries.filter(([address, {key, name}]) =>
      isAsked({id: key ?? address, name: typeof name === 'string' ? name : undefined, addresses: [address]}),
    )
    if (values.json) {
      await print.json({...state, entries})
      return 0
    }
    await print.line(`after event ${state.seq}, of ${moment(state.time)}: ${entries.length} entries`)
    const rows = entries.map(([address, peer]) => [
      peer.state,
      peer.inbound === undefined ? '' : peer.inbound ? 'in' : 'out',
      moment(peer.hubBirth),
      print.text(String(peer.type ?? peer.inferredType ?? ''), 20),
      print.text(address),
      print.text(metadataOf(peer), 500),
    ])
    if (rows.length > 0) await print.table(['STATE', 'IN/OUT', 'SINCE', 'TYPE', 'ADDRESS', 'METADATA'], rows)
    return 0
  },
}

/** Undefined: no run has such an event. */
async function afterEvent({logs}: Call, seq: number): Promise<Snapshot | undefined> {
  const state = new Fold()
  let found: Snapshot | undefined
  let isBegun = false
  await logs.each((item) => {
    // Where events are missing, the table is as it was before them. A lower number is that of another run.
    const goesOn = item.seq > seq ? state.seq <= seq : state.seq === seq
    if (isBegun && goesOn) found = state.snapshot()
    foldInto(state, [item])
    isBegun = true
  })
  return isBegun && state.seq === seq ? state.snapshot() : found
}

/** Undefined: the log begins later. */
async function atTime({logs}: Call, time: number): Promise<Snapshot | undefined> {
  const state = new Fold()
  let found: Snapshot | undefined
  let isBefore = false
  await logs.each((item) => {
    const isLater = timeOf(item) > time
    if (isBefore && isLater) found = state.snapshot()
    foldInto(state, [item])
    isBefore = !isLater
  })
  return isBefore ? state.snapshot() : found
}

/** A log begins when its hub was made. */
function timeOf(item: LogItem): number {
  if (item.type !== 'checkpoint' || item.seq > 0 || item.time > 0) return item.time
  return item.since ?? Number.POSITIVE_INFINITY
}
