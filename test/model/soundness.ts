import {isDeepStrictEqual} from 'node:util'
import pull from 'pull-stream'
import {transitions} from '../../reducers/transitions'
import {fold} from '../../src/replay'
import type {ListenEvent, LogItem, Snapshot} from '../../src/types'
import type {RealSubject} from './subject'
import type {World} from './world'

/** What holds of a hub whatever others do in the middle of its work. Says what does not. */
export class Soundness {
  readonly wrong: string[] = []
  readonly #world: World<RealSubject>
  readonly #states = new Map<string, string>()
  readonly #rpcs = new Map<string, unknown>()
  /** Which entries are disconnecting, and have been since it was asked what is under way. */
  #stuck = new Set<string>()

  constructor(world: World<RealSubject>) {
    this.#world = world
    for (const [address, {state}] of this.#hub.entries()) this.#states.set(address, state)
    pull(
      this.#hub.listen() as pull.Source<ListenEvent>,
      pull.drain((event) => this.#hear(event)),
    )
  }

  get #hub() {
    return this.#world.subject.hub
  }

  #hear(event: ListenEvent): void {
    const {type, address} = event
    this.#stuck.delete(address)
    const {from, to} = transitions[type]
    const state = this.#states.get(address) ?? 'absent'
    this.#require(
      from.some((one) => one === state),
      `${type} of ${address}, which is ${state}`,
    )
    if (to === undefined || to === 'absent') this.#states.delete(address)
    else this.#states.set(address, to)
    if (event.type === 'connected') this.#rpcs.set(address, event.details.rpc)
  }

  /** When a tick is over. */
  atRest(): void {
    const {stack, pending} = this.#world
    const inFlight = new Set(Array.from(stack.inFlight, ({address}) => address))
    const states = new Map(Array.from(this.#hub.entries(), ([address, {state}]) => [address, state]))
    this.#require(isDeepStrictEqual(states, this.#states), 'entries() differ from what listen() told')
    for (const [address, state] of states) {
      if (state === 'connecting')
        this.#require(inFlight.has(address), `nobody dials ${address}, which is connecting`)
      if (state !== 'connected') continue
      const rpc = this.#rpcs.get(address) as {closed?: boolean} | undefined
      this.#require(!rpc?.closed || this.#world.isUnheard(rpc), `${address} is connected by a closed rpc`)
    }
    const isOpen = [...states.values()].some((state) => state !== 'connected')
    const calls = pending.filter((call) => / connect /.test(call))
    this.#require(isOpen || calls.length === 0, `pending without an entry that is under way: ${calls}`)
    this.#checkLog()
  }

  /** The disconnects that are under way. */
  closings(): string[] {
    const isUnderWay = ([, state]: readonly [string, string]) => state === 'disconnecting'
    this.#stuck = new Set([...this.#states].filter(isUnderWay).map(([address]) => address))
    return this.#world.pending.filter((call) => / disconnect /.test(call))
  }

  /** After all that takes time has had it, since these disconnects were under way. */
  afterTime(before: readonly string[]): void {
    for (const address of this.#stuck) this.#require(false, `${address} has not stopped disconnecting`)
    const closings = this.closings().filter((call) => before.includes(call))
    this.#require(closings.length === 0, `never settled: ${closings}`)
  }

  #checkLog(): void {
    const events = logOf(this.#hub)
    let time = 0
    for (const [i, event] of events.entries()) {
      this.#require(event.seq === i + 1, `event ${event.seq}, where ${i + 1} was next`)
      this.#require(event.time >= time, `event ${event.seq} is earlier than the one before it`)
      time = event.time
    }
    this.#require(wrongLinks(events) === undefined, wrongLinks(events) ?? '')
    this.#require(foldsTo(events, this.#hub.snapshot()), 'the log does not fold to the snapshot')
  }

  #require(holds: boolean, message: string): void {
    if (!holds && !this.wrong.includes(message)) this.wrong.push(message)
  }
}

/** All that a hub has in its log. */
export function logOf(hub: RealSubject['hub']): LogItem[] {
  const items: LogItem[] = []
  pull(
    hub.log() as pull.Source<LogItem>,
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return items
}

/** The log tells of each link in order: reserved before it is taken up or released. Says where it does not. */
export function wrongLinks(items: readonly LogItem[]): string | undefined {
  const latest = new Map<number, string>()
  for (const event of items) {
    if (event.type === 'reset') latest.clear()
    if (!('link' in event) || typeof event.link !== 'number') continue
    const {type, link, seq} = event
    const before = latest.get(link)
    const isTakenUp = type === 'connected' && event.cause === 'hub'
    if ((isTakenUp || type === 'released') && before !== 'reserved') {
      return `event ${seq} is ${type} of link ${link}, which was ${before ?? 'never heard of'}`
    }
    latest.set(link, type)
  }
  return undefined
}

function foldsTo(events: readonly LogItem[], snapshot: Snapshot): boolean {
  try {
    return isDeepStrictEqual(fold(events), snapshot)
  } catch {
    return false
  }
}
