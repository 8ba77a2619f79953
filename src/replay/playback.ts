import {maxTimeout, systemClock} from '../util/clock'

/** Something that goes on by itself, until it ends or is stopped. */
export interface Playback {
  readonly done: Promise<void>
  stop(): void
}

/**
 * Steps through what has times, at these times, on timers: what has the same time comes in one go.
 *
 * @param peek the time of the next, in ms; undefined at the end
 * @param origin the time at which it starts, in ms
 */
export function play(
  peek: () => number | undefined,
  step: () => void,
  origin: number,
  speed: number,
): Playback {
  let timer: unknown
  let waited = 0
  let end: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    end = resolve
  })
  /** How long from the origin to the next, in ms; undefined at the end. */
  const due = (): number | undefined => {
    const next = peek()
    return next === undefined ? undefined : Math.max(0, Math.round((next - origin) / speed))
  }
  const schedule = (): void => {
    const next = due()
    if (next === undefined) return end()
    // What timers cannot measure is waited for in parts.
    const wait = Math.min(Math.max(0, next - waited), maxTimeout)
    waited += wait
    timer = systemClock.setTimeout(() => {
      for (let now = due(); now !== undefined && now <= waited; now = due()) step()
      schedule()
    }, wait)
  }
  schedule()
  return {
    done,
    stop: () => {
      systemClock.clearTimeout(timer)
      peek = () => undefined
      end()
    },
  }
}
