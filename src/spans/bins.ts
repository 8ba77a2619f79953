/** What happened in one stretch of time. */
export interface Bin {
  /** In ms since the epoch; a multiple of the width. */
  readonly start: number
  readonly events: number
  /** Dials that failed. */
  readonly failures: number
  /** How often entries became connected. */
  readonly connections: number
  /** How many peers were connected at most, and at its end: as many as until the next bin. */
  readonly most: number
  readonly last: number
}

export type BinDraft = {-readonly [F in keyof Bin]: Bin[F]}

const maxBins = 1024

/** Counts over time, in bins of equal width. Where there are too many, two become one: a log may be of any length. */
export class Bins {
  /** In ms. */
  #width = 1000
  #bins = new Map<number, BinDraft>()
  #latest: BinDraft = {start: Number.NaN, events: 0, failures: 0, connections: 0, most: 0, last: 0}

  get width(): number {
    return this.#width
  }

  /** Those in which something happened, in order. */
  all(): readonly Bin[] {
    return [...this.#bins.values()].sort((a, b) => a.start - b.start)
  }

  /** The bin of a moment. */
  at(time: number): BinDraft {
    const latest = this.#latest
    if (time >= latest.start && time < latest.start + this.#width) return latest
    const start = startOf(time, this.#width)
    let bin = this.#bins.get(start)
    if (!bin) {
      bin = {start, events: 0, failures: 0, connections: 0, most: latest.last, last: latest.last}
      this.#bins.set(start, bin)
    }
    this.#latest = bin
    if (this.#bins.size <= maxBins) return bin
    while (this.#bins.size > maxBins) this.#halve()
    return this.at(time)
  }

  #halve(): void {
    const width = this.#width * 2
    const halved = new Map<number, BinDraft>()
    for (const bin of this.all()) {
      const start = startOf(bin.start, width)
      const into = halved.get(start)
      if (!into) halved.set(start, {...bin, start})
      else {
        into.events += bin.events
        into.failures += bin.failures
        into.connections += bin.connections
        into.most = Math.max(into.most, bin.most)
        into.last = bin.last
      }
    }
    this.#width = width
    this.#bins = halved
    this.#latest = {...this.#latest, start: Number.NaN}
  }
}

function startOf(time: number, width: number): number {
  return Math.floor(time / width) * width
}
