// What must compile for whoever has the package installed, and what must not: with TypeScript from 4.2 on.
import ConnHub = require('ssb-conn-hub')

import type {Entry, ListenEvent, Stats} from 'ssb-conn-hub/lib/types'
import {ConnHubError} from 'ssb-conn-hub/lib/types'
import {decode, fold, ReplayHub} from 'ssb-conn-hub/replay'
import type {FakeStack} from 'ssb-conn-hub/testing'
import {VirtualClock} from 'ssb-conn-hub/testing'

interface MyRpc {
  readonly id: string
  whoami(callback: (error: unknown, me: {id: string}) => void): void
}
interface MyData {
  readonly note?: string
  readonly tea?: number
}

declare const ssb: FakeStack
export const plain = new ConnHub(ssb)
export const typed = new ConnHub<MyRpc, MyData>(ssb, {
  closeTimeout: 1000,
  logLimit: 0,
  clock: new VirtualClock(),
})

// Rpcs have the type that was named.
export async function rpcs(): Promise<void> {
  const rpc = await typed.connect('net:h:1', {note: 'x'})
  if (rpc) rpc.whoami((_error, {id}) => id.length)
  // @ts-expect-error it may be false
  rpc.whoami
  // @ts-expect-error the note is a string
  await typed.connect('net:h:1', {note: 1})
  // @ts-expect-error an address is a string
  await typed.connect(1)
  const done: boolean = await plain.disconnect('net:h:1')
  // @ts-expect-error it has no argument but an address
  await plain.disconnect(done)
}

// Events are told apart by their type; what 1.2.1 allowed before that is allowed still.
export function events(event: ListenEvent<MyRpc>): string | undefined | boolean {
  if (event.details.isClient) return event.details.rpc.id
  // @ts-expect-error an attempt has no details
  if (event.type === 'connecting') event.details.rpc
  if (event.type === 'connected') {
    const isClient: boolean | undefined = event.details.isClient
    event.details.rpc.whoami(() => {})
    // @ts-expect-error there is no such method
    event.details.rpc.whoareyou()
    // @ts-expect-error events are frozen
    event.type = 'disconnected'
    return isClient
  }
  if (event.type === 'connecting-failed') return String(event.details)
  // @ts-expect-error there is no such event
  if (event.type === 'reconnected') return ''
  const key: string | undefined = event.key
  return key
}

// Entries have the metadata that was named, and the fields of the hub.
export function entries(): number {
  const [entry] = [...typed.entries()]
  if (!entry) return 0
  const [address, data]: Entry<MyData> = entry
  const note: string | undefined = data.note
  const state: 'connecting' | 'connected' | 'disconnecting' = data.state
  // @ts-expect-error entries are frozen
  data.state = 'connected'
  // @ts-expect-error there is no such metadata
  data.coffee
  return address.length + (note || '').length + state.length + data.hubBirth
}

// Metadata whose type was not named is JSON.
export function metadata(): void {
  for (const [, data] of plain.entries()) {
    const note = data.note
    // @ts-expect-error it may be anything that JSON can be
    const text: string = note
    if (typeof note === 'string') note.length
    void text
  }
  plain.update('net:h:1', {any: {json: [1, null, 'x']}})
  // @ts-expect-error the hub's own metadata is an object
  plain.update('net:h:1', 'x')
}

// Streams are pull-stream sources, and async iterables.
export async function streams(): Promise<void> {
  plain.listen()(null, (end, event) => end || event?.type)
  for await (const event of typed.listen()) if (event.type === 'connected') event.details.rpc.whoami(() => {})
  for await (const all of typed.liveEntries()) for (const [, data] of all) data.tea
  for await (const item of plain.log({gt: 1, live: true, old: false})) item.seq
  // @ts-expect-error there is no such option
  plain.log({lt: 1})
}

// Errors have codes.
export function errors(error: unknown): string | undefined {
  if (error instanceof ConnHubError) {
    switch (error.code) {
      case 'ERR_CALLED_OFF':
        return error.message
      // @ts-expect-error there is no such code
      case 'ERR_NOTHING':
        return undefined
      default:
        return error.code
    }
  }
  return error instanceof ConnHub.ConnHubError ? error.code : undefined
}

export function stats(): number {
  const {attempts, failures, connections, reserve, since}: Stats = plain.stats()
  return attempts + (failures.ECONNREFUSED || 0) + connections.inbound + reserve + since
}

export function signals(signal: AbortSignal): Promise<false | MyRpc> {
  // @ts-expect-error that is no signal
  plain.connect('net:h:1', null, {signal: true}).catch(() => {})
  return typed.connect('net:h:1', null, {signal})
}

export function replays(text: string): number {
  const hub = new ReplayHub<MyRpc>(decode(text).events, {id: '@x'})
  return fold(decode(text).events).seq + hub.now()
}

// A replay takes the place of a hub, for those who name their types and for those who do not.
export function plugin(hub: ConnHub, typedHub: ConnHub<MyRpc, MyData>): unknown {
  return [hub.entries(), typedHub.entries()]
}
plugin(new ReplayHub([]), new ReplayHub<MyRpc, MyData>([]))
// @ts-expect-error it has no entries
plugin({getState: () => undefined}, typed)
