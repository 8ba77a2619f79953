import type {Bin} from './bins'
import {Bins} from './bins'

/** How many peers are connected, over time. It changes in place. */
export class Presence {
  readonly #bins = new Bins()
  #time: number | undefined
  #now = 0
  #most = 0
  #mostAt: number | undefined
  #all = 0
  #alone = 0

  get time(): number | undefined {
    return this.#time
  }

  get now(): number {
    return this.#now
  }

  get most(): {readonly connected: number; readonly time: number | undefined} {
    return {connected: this.#most, time: this.#mostAt}
  }

  get elapsed(): {readonly all: number; readonly alone: number} {
    return {all: this.#all, alone: this.#alone}
  }

  get bins(): {readonly width: number; readonly bins: readonly Bin[]} {
    return {width: this.#bins.width, bins: this.#bins.all()}
  }

  /** Time has passed up to an event. */
  pass(time: number): void {
    const ms = time - (this.#time ?? time)
    if (ms > 0) {
      this.#all += ms
      if (this.#now === 0) this.#alone += ms
    }
    this.#time = time
    this.#bins.at(time).events++
  }

  /** The log goes on at another time, and does not tell of the time between. */
  jump(time: number | undefined): void {
    this.#time = time
  }

  failed(time: number): void {
    this.#bins.at(time).failures++
  }

  connected(time: number): void {
    this.#bins.at(time).connections++
  }

  change(by: number, time: number): void {
    this.#now += by
    const bin = this.#bins.at(time)
    bin.last = this.#now
    if (this.#now > bin.most) bin.most = this.#now
    if (this.#now <= this.#most) return
    this.#most = this.#now
    this.#mostAt = time
  }
}
