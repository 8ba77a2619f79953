import type {HubEvent, Recorded} from '../events'
import type {Before, Comparison} from './comparison'

/** An event of a command, with what its claim needs. */
export interface Claimable<Answer> {
  readonly event: Recorded
  /** The entry as it was before the event. */
  readonly before: Before
  /** What the call was answered with, where that is a promise. */
  readonly answer: Answer
}

/** The event that a call would have caused, if its entry had been as it is given. */
export type Causes = (before: Before) => HubEvent | undefined

/**
 * What the event of a command depends on is whether there is an entry, and whether its key is known. A call that comes
 * late may have been made in any of these three cases.
 */
const times = {hubBirth: 0, hubUpdated: 0}
const kinds: readonly Before[] = [
  undefined,
  {state: 'connected', ...times},
  {state: 'connected', key: 'known', ...times},
]

/** The events of commands that were told although no call had claimed them: a call that comes late finds its own. */
export class Claims<Answer> {
  readonly #comparison: Comparison
  readonly #left = new Set<Claimable<Answer>>()
  /** By what their callers decided, the oldest first. */
  readonly #byText = new Map<string, Claimable<Answer>[]>()

  constructor(comparison: Comparison) {
    this.#comparison = comparison
  }

  leave(claimable: Claimable<Answer>): void {
    const text = this.#comparison.textOf(claimable.event, claimable.before)
    const others = this.#byText.get(text)
    this.#left.add(claimable)
    if (others) others.push(claimable)
    else this.#byText.set(text, [claimable])
  }

  /** Takes the oldest event that the call would have caused, if it had been made when that event was told. */
  take(causes: Causes): Claimable<Answer> | undefined {
    let oldest: Claimable<Answer> | undefined
    for (const kind of kinds) {
      const found = this.#find(causes, kind)
      if (found && (!oldest || found.event.seq < oldest.event.seq)) oldest = found
    }
    if (oldest) this.#remove(oldest)
    return oldest
  }

  /** In the order in which they were told. */
  all(): Recorded[] {
    return Array.from(this.#left, ({event}) => event)
  }

  clear(): void {
    this.#left.clear()
    this.#byText.clear()
  }

  #find(causes: Causes, kind: Before): Claimable<Answer> | undefined {
    const text = this.#textOf(causes, kind)
    if (text === undefined) return undefined
    return this.#byText.get(text)?.find(({before}) => this.#textOf(causes, before) === text)
  }

  #textOf(causes: Causes, before: Before): string | undefined {
    const called = causes(before)
    return called && this.#comparison.textOf(called, before)
  }

  #remove(claimable: Claimable<Answer>): void {
    const text = this.#comparison.textOf(claimable.event, claimable.before)
    const others = (this.#byText.get(text) ?? []).filter((other) => other !== claimable)
    this.#left.delete(claimable)
    if (others.length > 0) this.#byText.set(text, others)
    else this.#byText.delete(text)
  }
}
