import {duration} from './times'

/** The line of a terminal, as far as it is needed. */
export interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
}

/**
 * Shows how far something is on a terminal, from its second second on; never in a pipe. Call it as often as you like.
 *
 * @param now ms of a clock that does not jump
 * @returns how to tell how much of all is done; and how to take the line away
 */
export function progressOn(
  screen: Screen,
  what: string,
  now: () => number = () => performance.now(),
): {readonly tell: (done: number, all: number) => void; readonly end: () => void} {
  const begun = now()
  let shown = begun + 900
  let isThere = false
  return {
    tell(done, all) {
      const time = now()
      if (!screen.isTTY || time - shown < 100 || !(all > 0)) return
      shown = time
      isThere = true
      const part = Math.min(1, done / all)
      const left = part > 0 ? `, ${duration(((time - begun) * (1 - part)) / part)} left` : ''
      screen.write(`\r\x1b[K${what}: ${Math.floor(part * 100)} %${left}`)
    },
    end() {
      if (isThere) screen.write('\r\x1b[K')
      isThere = false
    },
  }
}
