import type {LogItem} from '../../events'
import {chanceOf} from '../../util/chance'
import {fromErrorRecord, invalidOption} from '../../values/errors'
import {mark, withoutMarks} from '../../values/secrets'
import type {FakeDial} from '../fake-stack'
import {FakeStack} from '../fake-stack'
import {settled} from '../settled'
import {VirtualClock} from '../virtual-clock'
import {Agenda} from './agenda'
import {DialBook} from './dial-book'
import {readRecorded} from './read-recorded'
import type {Outcome, RecordedDial, RecordedLink} from './recorded'
import {RecordedRpc} from './recorded-rpc'
import {replaceGlobals} from './virtual-globals'

/** What `recordedWorld()` may be told. */
export interface RecordedWorldOptions {
  /** Decides what the log leaves open, and `random()`: the same seed gives the same run. A whole number. Default: 1. */
  readonly seed?: number
  /**
   * How much the delays of dials, and the lives of the links that they gave, may differ from the recorded ones: 0.1 is
   * up to a tenth, more or less, as the seed has it. Default: 0, not at all.
   */
  readonly jitter?: number
  /**
   * What a dial to an address comes to that was never dialled in the log: it fails after 1 ms, it hangs, or `ssb.connect()`
   * throws and `play()` rejects. Default: `fail`.
   */
  readonly unrecorded?: 'fail' | 'hang' | 'throw'
  /** Our own public key, as `decode(text).id` tells it. Default: that of every `FakeStack`. */
  readonly id?: string
}

/**
 * The world of a recorded log: what remotes and the network did then, for a plugin that does something else.
 *
 * @param events the items of a log, as `decode(text).events`, or an array of what `readLog()` gives
 * @returns a stack and a clock for a `ConnHub`. Throws ERR_INVALID_OPTION, and a LogOrderError for events that do not
 * follow from each other
 */
export function recordedWorld(events: Iterable<LogItem>, options: RecordedWorldOptions = {}): RecordedWorld {
  return new RecordedWorld(events, options)
}

/** A network in which happens what happened when a log was recorded. */
export class RecordedWorld {
  /** The stack, for `new ConnHub(stack, {clock})`, or for a plugin that makes its hub. */
  readonly stack: FakeStack
  /** Its time. It begins where the log does. */
  readonly clock: VirtualClock
  /** When the log begins and ends, in ms since the epoch. */
  readonly start: number
  readonly end: number
  /** A number from 0 up to 1, as the seed has it, for the plugin. */
  readonly random: () => number
  /** The addresses that were dialled, and were never in the log. */
  readonly unrecorded = new Set<string>()
  readonly #agenda = new Agenda()
  readonly #books = new Map<string, DialBook>()
  /** The addresses with seeds that were dialled, by what the log has in their place. */
  readonly #dialled = new Map<string, string>()
  readonly #seed: number
  readonly #jitter: number
  readonly #onUnrecorded: 'fail' | 'hang' | 'throw'
  #failure: Error | undefined

  constructor(events: Iterable<LogItem>, options: RecordedWorldOptions) {
    const {seed, jitter, unrecorded, id} = checked(options)
    const recorded = readRecorded(events)
    this.start = recorded.start
    this.end = recorded.end
    this.stack = new FakeStack(id)
    this.clock = new VirtualClock(recorded.start)
    this.random = chanceOf(seed)
    this.#seed = seed
    this.#jitter = jitter
    this.#onUnrecorded = unrecorded
    const byAddress = new Map<string, RecordedDial[]>()
    for (const dial of recorded.dials) {
      const dials = byAddress.get(dial.address)
      if (dials) dials.push(dial)
      else byAddress.set(dial.address, [dial])
    }
    for (const [address, dials] of byAddress) this.#books.set(address, this.#bookOf(address, dials))
    this.stack.onDial = (dial) => this.#dial(dial)
    for (const link of recorded.before) this.#arrive(link)
    for (const link of recorded.arrivals)
      this.#agenda.add(link.begin.time, link.begin.order, () => this.#arrive(link))
  }

  /** What time it is, in ms since the epoch, whatever the clock was set to. */
  get now(): number {
    return this.start + this.clock.monotonic()
  }

  /**
   * Lets time pass, and happen what happened then. What can follow without time passing follows first: promises are
   * settled between one thing and the next. At the same ms, timers come first.
   *
   * @param until when to stop, in ms since the epoch. Default: the end of the log
   * @returns when it is then. Rejects where an address is dialled that was never in the log, with `unrecorded: 'throw'`
   */
  async play(until: number = this.end): Promise<void> {
    for (;;) {
      await settled()
      if (this.#failure) throw this.#failure
      const wait = this.clock.untilNextTimer
      const timer = wait === undefined ? Number.POSITIVE_INFINITY : this.now + wait
      const {next = Number.POSITIVE_INFINITY} = this.#agenda
      if (Math.min(timer, next) > until) break
      if (timer <= next) this.clock.advanceToNextTimer()
      else {
        this.clock.advance(Math.max(0, next - this.now))
        this.#agenda.happen()
      }
    }
    this.clock.advance(Math.max(0, until - this.now))
  }

  /**
   * Puts this time and this chance in the place of the globals, for a plugin that asks those: `Date`,
   * `performance.now()`, `setTimeout`, `setInterval`, and `Math.random()`.
   *
   * @returns how to put the real ones back
   */
  replaceGlobals(): () => void {
    return replaceGlobals(this.clock, this.random)
  }

  #bookOf(address: string, dials: readonly RecordedDial[]): DialBook {
    // Chance is the address's own: what is dialled elsewhere makes no difference.
    return new DialBook(dials, hash(address) ^ this.#seed)
  }

  #dial(dial: FakeDial): void {
    const marked = mark(dial.address)
    if (marked !== dial.address) this.#dialled.set(marked, dial.address)
    const book = this.#books.get(marked)
    if (!book) return this.#dialUnrecorded(dial)
    const answer = book.answer(this.now)
    if (!answer) return
    const {outcome} = answer
    const finish = () => this.#finish(dial, outcome, book)
    if (outcome.isSync) return finish()
    this.#later(answer.delay * book.spread(this.#jitter), outcome.order, finish)
  }

  #finish(dial: FakeDial, {link, error}: Outcome, book: DialBook): void {
    if (error) return dial.fail(fromErrorRecord(error))
    if (!link) return
    const rpc = this.#rpc(link)
    if (link.isClient === undefined) dial.callBack(null, rpc)
    else dial.succeed(rpc)
    const {begin, end} = link
    if (end)
      this.#later((end.time - begin.time) * book.spread(this.#jitter), end.order, () => this.#end(rpc, link))
  }

  #dialUnrecorded(dial: FakeDial): void {
    const address = mark(dial.address)
    this.unrecorded.add(address)
    const error = new Error(`the log has no dial to ${address}`)
    if (this.#onUnrecorded === 'fail') this.#later(1, 0, () => dial.fail(error))
    if (this.#onUnrecorded !== 'throw') return
    this.#failure ??= error
    throw error
  }

  #arrive(link: RecordedLink): void {
    const {end, isClient} = link
    const rpc = this.#rpc(link)
    if (end) this.#agenda.add(end.time, end.order, () => this.#end(rpc, link))
    this.stack.announce(rpc, isClient ?? false)
  }

  #end(rpc: RecordedRpc, {end}: RecordedLink): void {
    rpc.die(end?.error && fromErrorRecord(end.error))
  }

  #rpc(link: RecordedLink): RecordedRpc {
    const address = this.#dialled.get(link.address) ?? withoutMarks(link.address)
    return new RecordedRpc({...link, address}, (delay, order, work) => this.#later(delay, order, work))
  }

  #later(delay: number, order: number, work: () => void): void {
    this.#agenda.add(this.now + Math.round(delay), order, work)
  }
}

function checked(options: RecordedWorldOptions): Required<RecordedWorldOptions> {
  const {seed = 1, jitter = 0, unrecorded = 'fail', id = new FakeStack().id} = options
  if (!Number.isSafeInteger(seed)) throw invalidOption('seed', seed, 'a whole number')
  if (!(typeof jitter === 'number' && jitter >= 0 && jitter <= 1))
    throw invalidOption('jitter', jitter, 'a number from 0 to 1')
  if (!['fail', 'hang', 'throw'].includes(unrecorded))
    throw invalidOption('unrecorded', unrecorded, '“fail”, “hang” or “throw”')
  if (typeof id !== 'string') throw invalidOption('id', id, 'a public key, as a string')
  return {seed, jitter, unrecorded, id}
}

/** A number that the text determines (FNV-1a). */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum
}
