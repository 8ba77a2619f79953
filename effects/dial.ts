import {ConnHubError, describe} from '../src/errors'
import type {Connecting} from '../src/events'
import type {Attempt, Holder} from '../src/live'
import {Connection, isRpc} from '../src/stack'
import type {Core, Effect} from './core'
import {isFree, isOurselves, join, letGo} from './link'

/** connecting → ssb.connect() → connected | connecting-failed */
export const dial: Effect<Connecting> = ({address}, {attempt}, core) => {
  const holder = core.holders.get(address)
  if (!attempt || holder?.attempt !== attempt) return
  if (attempt.answered) {
    holder.attempt = undefined
    return
  }
  // Let go with the first answer: whoever keeps the callbacks keeps nothing of ours.
  let asked: {readonly holder: Holder; readonly attempt: Attempt} | undefined = {holder, attempt}
  const answered = () => {
    const first = asked
    asked = undefined
    return first
  }
  core.stack.dial(
    address,
    (error, rpc) => {
      const first = answered()
      if (first) calledBack(core, first.holder, first.attempt, error, rpc)
      else castOutUnowned(core, rpc)
    },
    (error) => {
      const first = answered()
      if (first) failed(core, first.holder, first.attempt, error)
    },
  )
}

function calledBack(core: Core, holder: Holder, attempt: Attempt, error: unknown, rpc: unknown): void {
  const {holders, strays} = core
  if (error) return failed(core, holder, attempt, error)
  if (!isRpc(rpc)) return failed(core, holder, attempt, new ConnHubError('ERR_NO_RPC'))
  strays.claim(rpc)
  const isOurs = () => holders.isCurrent(holder, attempt)
  // The callback came late, and the rpc was accepted meanwhile: it may stay, or must move.
  const isAtHome = () => isOurs() && holders.linkOf(rpc)?.holder === holder
  if (isAtHome()) return
  const isNew = !holders.linkOf(rpc)
  const connection = new Connection(rpc)
  const refusal = refuse(core, connection, isNew)
  // Its own code has run: it may have brought itself home.
  if (isAtHome()) return connection.unwatch()
  // To move from one entry to another is one act: nobody hears of half of it.
  core.applyFirst(() => {
    letGo(core, rpc)
    if (isOurs() && !refusal && !connection.isClosed && isFree(core, rpc))
      return join(core, holder, connection)
    connection.unwatch()
    strays.castOut(rpc)
    failed(core, holder, attempt, refusal ?? new ConnHubError('ERR_DEAD_ON_ARRIVAL'))
  })
}

/** A second callback of one dial: an rpc that is nobody's is closed, anything else is ignored. */
function castOutUnowned(core: Core, rpc: unknown): void {
  if (isRpc(rpc) && !core.holders.linkOf(rpc)) core.strays.castOut(rpc)
}

function refuse(core: Core, {key}: Connection, isNew: boolean): ConnHubError | undefined {
  if (isOurselves(core, key)) return new ConnHubError('ERR_SELF')
  return isNew && !core.stack.isReady() ? new ConnHubError('ERR_NOT_READY') : undefined
}

function failed(core: Core, holder: Holder, attempt: Attempt, error: unknown): void {
  if (!core.holders.isCurrent(holder, attempt)) return
  holder.attempt = undefined
  core.holders.release(holder)
  const {address} = holder
  // Where the other side was faster, this cannot happen any more: how the dial ends is nobody's error.
  core.dispatch(
    {
      type: 'connecting-failed',
      address,
      cause: 'stack',
      key: core.peers.get(address)?.key,
      attempt: attempt.id,
      error: describe(error),
    },
    {error, settle: () => attempt.outcome.reject(error)},
  )
}
