// What is bundled and run where Node's modules do not exist: a log that Node recorded, read and replayed.
import pull from 'pull-stream'
import {decode, decoder, encode, fold, ReplayHub} from '../../../src/replay'
import type {Snapshot, Source} from '../../../src/types'

/** Decodes the log, folds it, and steps through it: all tables it leads to. */
export function replay(log: string | Uint8Array) {
  const {events, torn} = decode(log)
  const hub = new ReplayHub(events)
  const tables: Snapshot[] = [hub.snapshot()]
  while (hub.step()) tables.push(hub.snapshot())
  return {tables, torn, folded: fold(events), text: encode(events)}
}

/** Decodes the log from pieces that end anywhere, also within a character. */
export function replayPieces(log: Uint8Array): Promise<string> {
  const pieces: Uint8Array[] = []
  for (let start = 0; start < log.length; start += 7) pieces.push(log.subarray(start, start + 7))
  const items = decoder()(pull.values(pieces) as Source<Uint8Array>)
  return new Promise((resolve, reject) => {
    pull(
      items,
      pull.collect((error, events) => (error ? reject(error) : resolve(encode(events)))),
    )
  })
}
