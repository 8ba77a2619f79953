import type {State} from '../src/entry'
import type {PeerEvent} from '../src/events'

type EventType = PeerEvent['type']

export interface Transition {
  readonly from: readonly (State | 'absent')[]
  /** Where it leads; without it, the state stays as it is. */
  readonly to?: State | 'absent'
}

/**
 * The life cycle of an address. What is not in this table cannot happen.
 *
 * ┌───────────────────────────────────────────────────────────────────────────────────────────────────┐
 * │                                               absent                                              │
 * └─┬────────────▲────────────────────────┬────────────▲─────────────────────────────▲────────────────┘
 *   │            │                        │            │                             │
 *   │ connecting │ connecting-failed      │ connected  │ disconnected                │ disconnected
 *   │            │                        │            │                             │
 * ┌─▼────────────┴───┐                  ┌─▼────────────┴───┐                       ┌─┴────────────────┐
 * │    connecting    ├─── connected ───▶│    connected     ├─── disconnecting ────▶│  disconnecting   │
 * │                  │                  │                  │◀ disconnecting-failed ┤                  │
 * └────────┬─────────┘                  └──────────────────┘                       └─────────▲────────┘
 *          │                                                                                 │
 *          └───────────────────────────────── disconnecting ─────────────────────────────────┘
 */
export const transitions: Readonly<Record<EventType, Transition>> = {
  connecting: {from: ['absent'], to: 'connecting'},
  'connecting-failed': {from: ['connecting'], to: 'absent'},
  connected: {from: ['absent', 'connecting'], to: 'connected'},
  disconnecting: {from: ['connecting', 'connected'], to: 'disconnecting'},
  'disconnecting-failed': {from: ['disconnecting'], to: 'connected'},
  disconnected: {from: ['connected', 'disconnecting'], to: 'absent'},
  updated: {from: ['connecting', 'connected', 'disconnecting']},
  reserved: {from: ['connected', 'disconnecting']},
  released: {from: ['absent', 'connecting', 'connected', 'disconnecting']},
}

/** Events of links in reserve: the log has them, the entry does not change. */
export function isSilent(type: EventType): type is 'reserved' | 'released' {
  return type === 'reserved' || type === 'released'
}

export function isLegal(type: EventType, state: State | undefined): boolean {
  const {from} = transitions[type]
  const now = state ?? 'absent'
  // A loop, because a long log is folded as fast as this is.
  for (let i = 0; i < from.length; i++) if (from[i] === now) return true
  return false
}
