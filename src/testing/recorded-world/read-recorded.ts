import type {Checkpoint, LogItem} from '../../events'
import {isAboutPeer} from '../../events'
import {fold} from '../../log/fold'
import {expectedOf} from '../../log/format'
import {assertItems} from '../../log/items'
import {invalidOption} from '../../values/errors'
import {redact} from '../../values/secrets'
import type {Findings} from './findings'
import {Place} from './place'
import type {Moment, Recorded, RecordedDial, RecordedLink} from './recorded'

/** Reads in a log what the world did. Throws ERR_INVALID_OPTION and a LogOrderError, as `fold()` does. */
export function readRecorded(items: Iterable<LogItem>): Recorded {
  assertItems(items)
  const list = Array.from(items, checked)
  // It throws for what cannot have happened.
  fold(list)
  const reader = new Reader(startOf(list))
  for (const item of list) reader.read(item)
  return reader.end()
}

/** As far as a Date of JavaScript reaches, in ms. */
const maxTime = 8.64e15

/** A log may have been made by hand: then it may have fields of other types, fields that are undefined, and seeds. */
function checked(item: LogItem, i: number): LogItem {
  const fields = Object.entries(Object(item)).filter(([, value]) => value !== undefined)
  const {time, since = 0} = Object(item) as {time: number; since?: number}
  const isTimed = Math.abs(time) <= maxTime && Math.abs(since) <= maxTime
  const expected =
    expectedOf(Object.fromEntries(fields)) ?? (isTimed ? undefined : 'a time that a Date can have')
  if (expected !== undefined) throw invalidOption(`events[${i}]`, item, expected)
  return redact(item)
}

/** A checkpoint before the first event tells no time but that at which the hub was made, and in old logs not even that. */
function startOf(items: readonly LogItem[]): number {
  const [first] = items
  if (first?.type !== 'checkpoint') return first?.time ?? 0
  return first.time || (first.since ?? items[1]?.time ?? 0)
}

class Reader implements Findings {
  readonly #start: number
  readonly #before: RecordedLink[] = []
  readonly #arrivals: RecordedLink[] = []
  readonly #dials: RecordedDial[] = []
  readonly #places = new Map<string, Place>()
  #now: Moment
  #last: LogItem | undefined
  /** When the hub was made whose log this is. */
  #since: number | undefined

  constructor(start: number) {
    this.#start = start
    this.#now = {time: start, order: 0}
  }

  get now(): Moment {
    return this.#now
  }

  arrived(link: RecordedLink): void {
    // Who made it is not known of a connection that was there before the hub.
    const isBefore = link.isClient === undefined && this.#now.order === this.#before.length + 1
    if (isBefore) this.#before.push(link)
    else this.#arrivals.push(link)
  }

  dialled(dial: RecordedDial): void {
    this.#dials.push(dial)
  }

  read(item: LogItem): void {
    const isHeader = item.type === 'checkpoint' && this.#last === undefined
    const {time, order} = this.#now
    this.#now = {time: item.time > time ? item.time : time, order: order + (isHeader ? 0 : 1)}
    if (item.type === 'checkpoint') this.#goOnFrom(item)
    else if (isAboutPeer(item)) this.#placeOf(item.address).read(item)
    else for (const place of this.#places.values()) place.leave(item.during)
    this.#last = item
  }

  end(): Recorded {
    for (const place of this.#places.values()) place.leave()
    const inOrder = (a: {begin: Moment}, b: {begin: Moment}) =>
      a.begin.time - b.begin.time || a.begin.order - b.begin.order
    return {
      start: this.#start,
      end: this.#now.time,
      before: this.#before,
      arrivals: this.#arrivals.sort(inOrder),
      dials: this.#dials.sort(inOrder),
    }
  }

  /** Events are missing before the checkpoint, unless it is that of the next file of one log. */
  #goOnFrom(checkpoint: Checkpoint): void {
    const isSameHub = this.#since === undefined || checkpoint.since === this.#since
    const isNext = isSameHub && this.#last?.seq === checkpoint.seq
    this.#since = checkpoint.since
    if (isNext) return
    const states = new Map(checkpoint.entries.map(([address, {state}]) => [address, state]))
    for (const [address, place] of this.#places)
      this.#leave(place, isSameHub ? states.get(address) : undefined)
    for (const [address, {state, key, inbound, hubBirth}] of checkpoint.entries) {
      const place = this.#placeOf(address)
      if (state === 'connecting' && place.dial.began === undefined) place.dial.beginBefore(address, hubBirth)
      if (state === 'connected') place.announced ??= this.#found(address, key, inbound)
    }
    for (const {address, link, inbound, key} of checkpoint.reserve ?? [])
      this.#placeOf(address).reserve.set(link, this.#found(address, key, inbound))
  }

  /** What is not there any more has ended meanwhile; nobody knows when, and why. */
  #leave(place: Place, state: string | undefined): void {
    const {announced} = place
    const end = {...this.#now, error: undefined}
    for (const link of place.reserve.values()) link.end ??= end
    if (state === 'connected' && announced) {
      place.leave()
      place.announced = announced
      return
    }
    if (announced) announced.end ??= end
    if (state !== 'connecting') place.leave()
  }

  /** A link that was there already. */
  #found(address: string, key: string | undefined, inbound: boolean | undefined): RecordedLink {
    const link: RecordedLink = {
      address,
      key,
      isClient: inbound === false,
      inferredType: undefined,
      begin: this.#now,
      end: undefined,
      closes: [],
    }
    this.#arrivals.push(link)
    return link
  }

  #placeOf(address: string): Place {
    let place = this.#places.get(address)
    if (!place) {
      place = new Place(this)
      this.#places.set(address, place)
    }
    return place
  }
}
