import type {Digest, Lane} from './digest'

/**
 * A digest as bytes: a line of JSON, in which seeds are marked, then columns of numbers.
 *
 * An event that ends one bar of an entry begins the next, so it is told once, as a step. What a step does follows from
 * the bars that its address has, which stand together in the column `bars`: it begins a life, or it ends a bar, and the
 * next one begins where there is one. The steps of all addresses, and those of reserves, are told in the order of the
 * log: how many places (`place`) and ms (`time`) each is after the one before, and whose it is (`who`).
 */
export interface Head extends Omit<Digest, 'lives' | 'bars' | 'reserves' | 'lanes'> {
  /** An address stands with the first lane that has it, where gzip finds the key; `addresses` has those that no lane has. */
  readonly lanes: readonly (Omit<Lane, 'addresses'> & {readonly addresses: readonly (string | number)[]})[]
  readonly rows: readonly [lives: number, bars: number, reserves: number]
  readonly shapes: readonly Shape[]
  /** How many bytes each column has. */
  readonly lengths: readonly number[]
}

/** The columns, in their order; `low` and `high` have the numbers of addresses that were not named of late. */
export const names = [
  ...(['bars', 'place', 'time', 'who', 'low', 'high'] as const),
  ...(['lane', 'birth', 'reserveLane', 'reserveEnd'] as const),
]

export type Name = (typeof names)[number]

/** A kind of bar: its kind, its ending and its code, and 1 where it is the last one of its life. */
export type Shape = readonly [kind: number, ending: number, code: number, isLast: number]

/** Whose a step is: that of a reserve; of an address that stands in `low` and `high`; from here on, of one by its rank in `Recent`. */
export const who = {reserveBegins: 0, reserveEnds: 1, other: 2, recent: 3} as const

/** Of each address, the lane of which it is: where it is of several, the last. */
export function ownersOf({lanes}: Pick<Digest, 'lanes'>): number[] {
  const owners: number[] = []
  for (const [lane, {addresses}] of lanes.entries()) for (const address of addresses) owners[address] = lane
  return owners
}

export function columnsOf<T>(make: (index: number) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(i)])) as Record<Name, T>
}

/** Fractions of a ms are left out. */
export function whole(number = 0): number {
  return Math.round(number)
}
