import type {Entry} from '../src/entry'
import type {Recorded, Snapshot} from '../src/events'
import type {BenchStack} from './stack.mjs'

interface LeastOptions {
  readonly listener?: (event: object) => void
  readonly change?: <P extends object>(peer: P, recipe: (draft: P) => void) => P
  readonly logLimit?: number
  readonly now?: () => number
}

export declare class Least {
  constructor(stack: BenchStack, options?: LeastOptions)
  update(address: string, data: object): boolean
  connect(address: string): Promise<object>
  entries(): IterableIterator<Entry>
  log(): {checkpoint: Snapshot; events: Recorded[]}
}
