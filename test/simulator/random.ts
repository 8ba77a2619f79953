/** Random numbers of a seed: the same on every machine, and nothing else is random in a simulation. */
export class Random {
  readonly #state: Uint32Array

  constructor(seed: number) {
    this.#state = Uint32Array.of(seed, seed / 2 ** 32, 0x9e3779b9, 1)
    for (let i = 0; i < 20; i++) this.next()
  }

  /** From 0 up to 1, which it never is. The generator is sfc32. */
  next = (): number => {
    const s = this.#state
    const [a = 0, b = 0, c = 0, count = 0] = s
    const sum = (a + b + count) | 0
    s[0] = b ^ (b >>> 9)
    s[1] = (c + (c << 3)) | 0
    s[2] = ((c << 21) | (c >>> 11)) + sum
    s[3] = count + 1
    return (sum >>> 0) / 2 ** 32
  }

  /** Another series of numbers, so that who takes one more from his own disturbs nobody else's. */
  fork(): Random {
    return new Random(this.next() * 2 ** 53)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least)
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T
  }

  /** The time until something that comes at any time with the same likelihood. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** Most are near the median, some are many times as long. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(sigma * normal)
  }

  /** At least `least`; the tail is so heavy that the longest ones make up most of the sum. */
  pareto(least: number, shape: number): number {
    return least / (1 - this.next()) ** (1 / shape)
  }

  /** So many bytes, as base64. */
  base64(bytes: number): string {
    return Buffer.from(Array.from({length: bytes}, () => Math.floor(this.next() * 256))).toString('base64')
  }
}
