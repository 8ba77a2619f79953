import {decode, encode} from '../../src/replay'
import type {LogItem, Source} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {itemsOf} from '../kit/reading'
import {setup} from '../kit/setup'

export const bob = addressOf('bob')
export const carol = addressOf('carol')
export const seed = Buffer.alloc(32, 's').toString('base64')
export const secret = `${addressOf('erin')}:${seed}`

/** A day in the life of a hub: a success, a failure, an update, a disconnect, a remote that leaves. */
export async function recording(): Promise<LogItem[]> {
  const {hub, stack, clock} = setup()
  const connected = hub.connect(bob, {note: 'hi'})
  clock.advance(100)
  stack.lastDial.succeed()
  await connected
  clock.advance(100)
  hub.connect(carol).catch(() => {})
  clock.advance(100)
  stack.lastDial.fail(Object.assign(new Error('refused'), {code: 'ECONNREFUSED'}))
  hub.update(bob, {note: 'ho', stats: {n: 1}})
  clock.advance(100)
  const incoming = stack.incoming('erin', addressOf('erin'))
  clock.advance(100)
  await hub.disconnect(bob)
  incoming.die()
  clock.advance(100)
  hub.connect(secret).catch(() => {})
  hub.close()
  return logOf(hub)
}

/** The log of a hub, as it is when it was written and read again. */
export function logOf(hub: {log(): Source<LogItem>}): LogItem[] {
  return decode(encode(itemsOf(hub.log()))).events
}
