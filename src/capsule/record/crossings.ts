import type {Json} from '../../entry'
import type {Own} from '../format/lines'
import type {Callable} from '../machine/world'

/** A value on its way into the plugin: what the plugin gets, and how it is recorded. */
export type Carried = readonly [inner: unknown, recorded: Json]

/** What the membrane tells its recorder. */
export interface Crossings {
  /** The plugin reads. `read` may throw. */
  answer(of: string, read: () => Carried): unknown
  /** The plugin calls what is not its own. */
  call(of: string, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /** Others call what is the plugin's. */
  enter(own: Own, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /** A promise that the plugin was given has settled. */
  settle(id: number, recorded: {readonly value: Json} | {readonly error: Json}, settle: () => void): void
  /** A promise of the plugin's that others have has settled with this. */
  give(promise: number, value: unknown): unknown
  /** What the plugin gets for a hub; undefined for what is none. */
  hub(value: object): Carried | undefined
  /** What a new hub asks this `ssb` for. */
  hostOf(ssb: object): unknown
}
