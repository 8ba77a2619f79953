import type {LogItem} from '../events'
import type {FileHeader} from '../log-file/read-options'
import type {PeerSpans} from '../spans/peers'
import type {SpanOptions} from '../spans/spans'
import {Spans} from '../spans/spans'
import type {Call} from './command'
import type {Logs} from './input'

/** The spans of logs. */
export async function spansOf(
  logs: Logs,
  options: SpanOptions = {},
  onItem: (item: LogItem) => void = () => {},
  onHeader?: (header: FileHeader) => void,
): Promise<Spans> {
  const spans = new Spans(options)
  const {since = Number.NEGATIVE_INFINITY} = logs.range
  await logs.each((item) => {
    // The checkpoint in place of what was before stands for the moment at which the range begins.
    const isEarlier = item.type === 'checkpoint' && item.time < since && (item.seq > 0 || item.time > 0)
    spans.apply(isEarlier ? {...item, time: since} : item)
    onItem(item)
  }, onHeader)
  return spans
}

/** The peers that `--peer` asks for. */
export function askedPeers(call: Call, spans: Spans): readonly PeerSpans[] {
  return spans.peers.filter(call.isAsked)
}
