import type {Reset} from '../src/events'
import type {Effect} from './effect'

/** reset → rpc.close() of everything there was */
export const closeAll: Effect<Reset> = (_event, {rpcs = []}, context) => {
  for (const rpc of rpcs) context.unowned.closeAndBan(rpc)
}
