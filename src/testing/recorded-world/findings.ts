import type {Moment, RecordedDial, RecordedLink} from './recorded'

/** Who is told what was found in a log, and knows when the present event happened. */
export interface Findings {
  readonly now: Moment
  /** A link that came without a dial of the hub's. */
  arrived(link: RecordedLink): void
  /** A dial whose outcome is known, or will never be. */
  dialled(dial: RecordedDial): void
}
