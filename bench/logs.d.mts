import type {Recorded} from '../src/events'

export declare function updates(count: number): Readonly<Recorded>[]
export declare function churn(count: number): Readonly<Recorded>[]
export declare function linesOf(events: readonly object[]): string[]
