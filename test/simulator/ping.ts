import type {End, Source} from '../../src/types'
import {requirePackage} from './modules'
import type {SimRpc} from './sim-rpc'

interface Duplex {
  readonly source: Source<unknown>
  readonly sink: (source: Source<unknown>) => void
}

/** `gossip.ping` of a remote, which answers by pull-ping as well, as long as the connection lives. */
export function pingOf(rpc: SimRpc): (options: {timeout: number}) => Duplex {
  const ping = requirePackage('pull-ping') as (options: {timeout: number}) => Duplex
  return (options) => {
    const remote = ping(options)
    return {
      source: untilClosed(rpc, remote.source),
      sink: (source) => remote.sink(untilClosed(rpc, source)),
    }
  }
}

/** The stream, until the connection below it is gone. */
function untilClosed<T>(rpc: SimRpc, source: Source<T>): Source<T> {
  let ended = rpc.closed
  let waiting: ((end: End) => void) | undefined
  rpc.once('closed', () => {
    ended = true
    waiting?.(true)
    waiting = undefined
    source(true, () => {})
  })
  return (abort, callback) => {
    if (abort) return source(abort, callback)
    if (ended) return callback(true)
    waiting = callback
    source(null, (end, data) => {
      if (waiting !== callback) return
      waiting = undefined
      callback(end, data)
    })
  }
}
