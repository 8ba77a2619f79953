import {expect} from 'vitest'
import {fold} from '../../src/replay'
import {logOf} from '../kit/reading'
import type {HubPeer} from '../real/peers'
import {until} from '../real/until'

/** How much of each fault is tried: some of it, or with `npm run faults` all. */
export const isLong = process.env.FAULTS === 'all'

/** The number for `npm test`, and the one for `npm run faults`. */
export const some = (few: number, all: number): number => (isLong ? all : few)

/**
 * What must hold after each fault: what was told is a story that can be, what is connected is alive, no
 * connection is open that is in no entry, and the log folds to the table.
 */
export function expectSound({hub, ssb, told}: HubPeer): void {
  told.check()
  expect(fold(logOf(hub))).toEqual(hub.snapshot())
  const keys = new Set([...hub.entries()].map(([, {key}]) => key))
  const lost = Object.values(ssb.peers)
    .flat()
    .filter((rpc) => !rpc.closed && rpc.id !== ssb.id && !keys.has(rpc.id))
  expect(lost).toEqual([])
}

/** After the fault, nothing is left of it: no entry, no connection, and still everything is sound. */
export async function expectNothingLeft(...peers: HubPeer[]): Promise<void> {
  for (const peer of peers) {
    const open = () =>
      Object.entries(peer.ssb.peers).flatMap(([id, rpcs]) => (id === peer.ssb.id ? [] : rpcs)).length
    await until(() => [...peer.hub.entries()].length + open() === 0)
    expectSound(peer)
    const {entries, reserve} = peer.hub.stats()
    expect([entries, reserve]).toEqual([{connecting: 0, connected: 0, disconnecting: 0}, 0])
  }
}
