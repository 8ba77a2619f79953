import type {Checkpoint} from '../events'
import type {Run} from './marks'

type RunDraft = {-readonly [F in keyof Run]: Run[F]}

/** The runs of the hubs whose logs stand one after the other. */
export class Runs {
  readonly #all: RunDraft[] = []

  get all(): readonly Run[] {
    return this.#all
  }

  begin(first: number, since?: number, from?: number): RunDraft {
    const run = {since, from, to: from, first, last: first, closed: undefined}
    this.#all.push(run)
    return run
  }

  /** An event happens. Returns its run. */
  pass(seq: number, time: number): RunDraft {
    const run = this.#all.at(-1) ?? this.begin(seq)
    run.from ??= time
    run.to = time
    run.last = seq
    return run
  }

  /** A checkpoint stands here. */
  jump(seq: number, time: number | undefined): void {
    const run = this.#all.at(-1) ?? this.begin(seq)
    run.last = seq
    if (time !== undefined) run.to = time
  }

  /**
   * Whether a checkpoint is of the same hub as what came before it.
   *
   * @param time that of the checkpoint
   * @param before the latest item before it
   */
  goOn(
    checkpoint: Checkpoint,
    time: number | undefined,
    before: {readonly seq: number; readonly time: number | undefined},
  ): boolean {
    const run = this.#all.at(-1)
    if (!run) return false
    const {seq, since} = checkpoint
    if (run.since !== undefined && since !== undefined && run.since !== since) return false
    const [was, is] = [before.time ?? 0, time ?? 0]
    return seq === before.seq ? is === was : seq > before.seq && is >= was
  }
}
