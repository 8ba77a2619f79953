import type {TurnLine} from '../format/lines'
import {runInside} from '../machine/context'
import type {ClockTimes} from '../machine/turn-clock'
import type {World} from '../machine/world'
import type {Entry, Frames} from './frames'
import type {Membrane} from './membrane'
import type {RecordedAnswers} from './recorded-answers'
import {Ticks} from './ticks'

/** What a turn needs of the recording. */
interface Recording extends World {
  readonly membrane: Membrane
  readonly frames: Frames
  readonly answers: RecordedAnswers
  /** What the clocks of the machine say now. */
  times(): ClockTimes
}

/** The turns of a plugin that is recorded: each is one entry into it. */
export class RecordedTurns {
  readonly #recording: Recording
  readonly #ticks = new Ticks()
  #isInTurn = false
  #turn = -1
  /** In which round of the event loop the plugin runs, of those in which it was entered. */
  round = -1

  constructor(recording: Recording) {
    this.#recording = recording
  }

  get isInTurn(): boolean {
    return this.#isInTurn
  }

  /** How many turns of the microtask queue there were since the last turn; undefined in one, and in another round. */
  get ticks(): number | undefined {
    return this.#isInTurn ? undefined : this.#ticks.count
  }

  /**
   * Enters the plugin: in a turn of its own, or inside of a call of the plugin's that has not returned.
   *
   * @param giveOut what others get of what it returned
   */
  enter(
    what: Omit<TurnLine, 'plugin'>,
    work: () => unknown,
    entry?: Entry,
    giveOut: (result: unknown) => unknown = (result) => this.#giveOut(result, entry),
  ): unknown {
    const {frames} = this.#recording
    const frame = frames.innermost
    // The plugin called itself, by a way that does not lead through us.
    if (!frame && this.#isInTurn) return runInside(this.#recording, work)
    if (frame) {
      frames.write({plugin: 'turn', ...what})
      frame.entries.push(entry ?? {own: [0], args: [], gaveNew: true})
      return this.#run(work, giveOut)
    }
    this.#begin(what)
    try {
      return this.#run(work, giveOut)
    } finally {
      this.#isInTurn = false
      this.#ticks.start()
    }
  }

  #begin(what: Omit<TurnLine, 'plugin'>): void {
    const {answers, clock, frames} = this.#recording
    const ticks = this.#ticks.count
    const times = this.#recording.times()
    this.#turn++
    if (ticks === undefined) this.round++
    answers.countAnew()
    clock.begin(this.#turn, times)
    frames.write({plugin: 'turn', ...times, ...(ticks !== undefined && {ticks}), ...what})
    this.#isInTurn = true
  }

  #run(work: () => unknown, giveOut: (result: unknown) => unknown): unknown {
    let result: unknown
    try {
      result = runInside(this.#recording, work)
    } catch (error) {
      this.#recording.frames.write({plugin: 'gave', threw: true})
      throw error
    }
    return giveOut(result)
  }

  /** What the function of the plugin gave that was entered, as others get it. */
  #giveOut(result: unknown, entry: Entry | undefined): unknown {
    const {frames, membrane} = this.#recording
    const outer = membrane.carryOut(result, () => {
      const id = membrane.nextId()
      if (entry) entry.gaveNew = true
      frames.write({plugin: 'gave', id})
      return [id]
    })
    if (entry) entry.result = outer
    return outer
  }
}
