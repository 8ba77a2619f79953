import type {PeerSpans} from '../spans/peers'
import type {Spans} from '../spans/spans'

type Trace = Readonly<Record<string, unknown>>

/** Chrome's trace format: a track a peer, and on it asynchronous spans, because those of several addresses overlap. */
export function* tracesOf(spans: Spans, peers: readonly PeerSpans[]): Generator<Trace, void> {
  yield {ph: 'M', pid: 1, name: 'process_name', args: {name: 'ssb-conn-hub'}}
  const now = spans.time ?? 0
  for (const [i, {id, name, lives, reserves}] of peers.entries()) {
    const tid = i + 1
    yield {ph: 'M', pid: 1, tid, name: 'thread_name', args: {name: name === undefined ? id : `${name} ${id}`}}
    for (const life of lives) {
      const {index, address, seq, origin, cause, inbound, end, closing, outcome} = life
      const at = {pid: 1, tid, cat: address, id: index}
      for (const [j, {state, start, seq: from}] of life.spans.entries()) {
        const to = life.spans[j + 1]?.start ?? end?.time ?? now
        const args = {address, seq: from, origin, cause, inbound}
        yield {...at, ph: 'b', name: state, ts: start * 1000, args}
        yield {...at, ph: 'e', name: state, ts: Math.max(start, to) * 1000, args: {outcome, end, closing}}
      }
      if (outcome !== 'failed') continue
      yield {
        ...at,
        ph: 'n',
        name: `failed ${end?.error?.code ?? ''}`.trim(),
        ts: (end?.time ?? 0) * 1000,
        args: {seq, ...end},
      }
    }
    for (const {run, link, address, start, end, inbound, seq} of reserves) {
      const at = {pid: 1, tid, cat: address, id: `${run}:${link}`, name: 'in reserve'}
      yield {...at, ph: 'b', ts: start * 1000, args: {address, seq, link, inbound}}
      yield {...at, ph: 'e', ts: Math.max(start, end?.time ?? now) * 1000, args: {end}}
    }
  }
  for (const {seq, time, cause} of spans.resets) {
    yield {ph: 'i', s: 'g', pid: 1, tid: 0, name: 'reset', ts: time * 1000, args: {seq, cause}}
  }
  for (const {start, last, failures} of spans.bins.bins) {
    yield {ph: 'C', pid: 1, name: 'peers', ts: start * 1000, args: {connected: last}}
    yield {ph: 'C', pid: 1, name: 'failures', ts: start * 1000, args: {failed: failures}}
  }
}
