import {connecting} from '../src/decide'
import type {Disconnected} from '../src/events'
import type {Effect} from './core'
import {announce} from './link'

/** disconnected → connected, where a link is left; else connecting, where a connect() waits */
export const follow: Effect<Disconnected> = ({address}, end, core) => {
  const holder = core.holders.get(address)
  const state = core.peers.get(address)?.state
  // Where the entry is there again, nothing follows; where it begins to be, it may take up the link.
  if (holder?.end !== end || (state && state !== 'connecting')) return
  const [link] = holder.links
  if (link) return announce(core, holder, link, 'hub')
  const attempt = holder.dropWaiting()
  if (!attempt) return core.holders.release(holder)
  holder.attempt = attempt
  core.dispatch(connecting({address, attempt: attempt.id, data: attempt.data}, 'hub'), {attempt})
}
