/** How many are kept: as many as are told in one byte, and found at once. */
const most = 64

/** Those that were named last, the latest first. */
export class Recent {
  readonly #all: number[] = []

  /** How many others were named since then; -1 where it is none of these. */
  rankOf(who: number): number {
    return this.#all.indexOf(who)
  }

  at(rank: number): number {
    return this.#all[rank] ?? 0
  }

  /** Names the one at this rank, or with -1 another one. */
  name(who: number, rank: number): void {
    const all = this.#all
    for (let i = rank < 0 ? Math.min(all.length, most - 1) : rank; i > 0; i--) all[i] = all[i - 1] ?? 0
    all[0] = who
  }
}
