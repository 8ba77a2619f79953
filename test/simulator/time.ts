export const seconds = (n: number): number => n * 1000
export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000
export const days = (n: number): number => n * 86_400_000

/** Where the simulated time begins, in ms since the epoch: a midnight. */
export const beginning = Date.UTC(2026, 0, 1)
