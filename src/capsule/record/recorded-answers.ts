import type {Json} from '../../entry'
import type {Line} from '../format/lines'

/** What a call returned, or threw. */
export interface Given {
  readonly result?: Json
  readonly threw?: Json
}

/** What the plugin reads. It is recorded where it is not what it was when the plugin read it before. */
export class RecordedAnswers {
  readonly #write: (line: Line) => void
  /** The latest answer to each question, as text. */
  readonly #latest = new Map<string, string>()
  /** How often each was asked in this turn, and since the last command. */
  readonly #asked = new Map<string, number>()

  constructor(write: (line: Line) => void) {
    this.#write = write
  }

  note(of: string, given: Given): void {
    const text = JSON.stringify(given)
    const after = this.#asked.get(of) ?? 0
    this.#asked.set(of, after + 1)
    if (this.#latest.get(of) === text) return
    this.#latest.set(of, text)
    this.#write({plugin: 'answer', of, ...(after > 0 && {after}), ...given})
  }

  /** A turn begins, or a command is given: from here, questions are counted anew. */
  countAnew(): void {
    // Even an empty map is slow to clear.
    if (this.#asked.size > 0) this.#asked.clear()
  }
}

/** What a call returned, as it is recorded: nothing, where it is `undefined`. */
export function resultOf(recorded: Json): Given {
  const isNothing =
    typeof recorded === 'object' && recorded !== null && '$' in recorded && recorded.$ === 'undefined'
  return isNothing ? {} : {result: recorded}
}
