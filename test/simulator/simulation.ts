import ConnHub from '../../src/index'
import type {Options} from '../../src/types'
import {describe} from './calls'
import {Invariants} from './invariants'
import {type MemoryUse, measureMemory} from './memory'
import {Network} from './network'
import {Random} from './random'
import {Recorder} from './recorder'
import {type Hub, Scheduler} from './scheduler'
import type {Settings} from './settings'
import {CountedClock, SimClock} from './sim-clock'
import type {SimStack} from './sim-stack'
import {startSsbConn} from './ssb-conn'
import {beginning, hours, minutes} from './time'

/** Makes the hub that is simulated: another one than ours, where a test wants to see it caught. */
export type MakeHub = (stack: SimStack, options: Options) => Hub

/** How things stand at a full hour. */
export interface Hour extends MemoryUse {
  readonly hour: number
  readonly events: number
  readonly entries: number
  readonly open: number
}

/** Something did not hold. */
export class BrokenInvariant extends Error {}

/** One hub among many peers, in virtual time. */
export class Simulation {
  readonly settings: Settings
  readonly network: Network
  readonly #clock = new SimClock()
  readonly #hubClock = new CountedClock(this.#clock)
  readonly #makeHub: MakeHub
  readonly #onHour: (hour: Hour) => void
  #invariants: Invariants | undefined
  #recorder: Recorder | undefined
  #hub: Hub | undefined
  /** Of hubs that were simulated before in this process, and whose dials never end. */
  #otherSessions = 0
  #thrown: unknown

  constructor(
    settings: Settings,
    onHour: (hour: Hour) => void = () => {},
    makeHub: MakeHub = (stack, options) => new ConnHub(stack, options),
  ) {
    this.settings = settings
    this.#onHour = onHour
    this.#makeHub = makeHub
    this.network = new Network(settings.peers, this.#clock, new Random(settings.seed))
  }

  get invariants(): Invariants {
    if (!this.#invariants) throw new Error('the simulation has not begun')
    return this.#invariants
  }

  /** How much of the time that is to be simulated has passed: from 0 to 1. */
  get done(): number {
    return (this.#clock.now() - beginning) / hours(this.settings.hours)
  }

  /** What happened so far, in numbers. */
  get stats() {
    return this.#hub?.stats()
  }

  /** Something was thrown where nobody caught it. */
  wasThrown(error: unknown): void {
    this.#thrown ??= error
  }

  /** Lives through all hours. Rejects with a BrokenInvariant. */
  async run(): Promise<void> {
    const {network, settings} = this
    this.#otherSessions = measureMemory().sessions ?? 0
    const stop = this.#startScheduler()
    network.start()
    for (let hour = 1; hour <= settings.hours; hour++) {
      await this.#goOn(beginning + hours(hour))
      this.#tellHour(hour)
    }
    await this.#goOn(beginning + hours(settings.hours))
    this.invariants.checkAll()
    network.stop()
    stop()
    // Dials that were in flight still succeed or fail.
    await this.#goOn(this.#clock.now() + minutes(10))
    this.invariants.checkEnd()
    const wrong = await this.#recorder?.check(this.#hub?.snapshot() ?? {seq: 0, time: 0, entries: []})
    if (wrong) throw this.#broken(wrong)
    this.#assertSound()
  }

  /** Returns how to stop it, and to close the hub. */
  #startScheduler(): () => void {
    const {network, settings} = this
    if (settings.scheduler === 'ssb-conn') {
      return startSsbConn(network, () => this.#start())
    }
    const hub = this.#start()
    const scheduler = new Scheduler(hub, network, settings.peers)
    scheduler.start()
    return () => {
      scheduler.stop()
      hub.close()
    }
  }

  #start(): Hub {
    const hub = this.#makeHub(this.network.stack, {clock: this.#hubClock})
    this.#hub = hub
    this.#invariants = new Invariants(hub, this.network, this.#hubClock)
    if (this.settings.log) this.#recorder = new Recorder(hub, this.settings.log)
    return hub
  }

  /** Fires all timers up to then. Between two of them, everything that needs no time to pass has happened. */
  #goOn(end: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          this.#invariants?.atRest()
          this.#assertSound()
          if (this.#invariants && this.#recorder?.isBehind(this.#invariants.log.seq))
            return setImmediate(step)
          if (!this.#clock.fireNext(end)) return resolve()
        } catch (error) {
          return reject(error instanceof BrokenInvariant ? error : this.#broken(describe(error)))
        }
        setImmediate(step)
      }
      setImmediate(step)
    })
  }

  #tellHour(hour: number): void {
    const {log, told} = this.invariants
    this.invariants.askSlowly()
    this.invariants.checkAll()
    const memory = measureMemory()
    const {open, dials} = this.network
    const live = open.size + dials.inFlight().length
    if (memory.sessions !== undefined && memory.sessions - this.#otherSessions > live) {
      throw this.#broken(`${memory.sessions} sessions in memory, where ${live} things are live`)
    }
    this.#onHour({hour, events: log.seq, entries: told.entries.size, open: open.size, ...memory})
  }

  #assertSound(): void {
    if (this.#thrown !== undefined) throw this.#broken(`nobody caught ${describe(this.#thrown)}`)
    const {failure} = this.#invariants ?? {}
    if (failure !== undefined) throw this.#broken(failure)
  }

  #broken(what: string): BrokenInvariant {
    const {latest} = this.invariants.log
    const lines = latest.map((event) => `  ${JSON.stringify(event)}`)
    const time = new Date(this.#clock.now()).toISOString()
    return new BrokenInvariant(
      [`${what}`, `at ${time} of seed ${this.settings.seed}, after these events:`, ...lines].join('\n'),
    )
  }
}
