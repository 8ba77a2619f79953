import {UsageError} from './usage-error'

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * A moment as people write it, in ms since the epoch: `-10m` before now, `2026-11-25`, `2026-11-25 04:00`, also with
 * seconds and a zone (without one it is UTC, as what is printed), or ms since the epoch.
 */
export function momentOf(given: string, now: number): number {
  const text = given.trim()
  const [, count = '', unit = ''] = /^-(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? []
  if (unit) return now - Number(count) * (units[unit] ?? 0)
  if (/^\d{9,}$/.test(text)) return Number(text)
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? []
  const moment = Date.parse(`${day}T${time}${zone}`)
  if (!Number.isNaN(moment)) return moment
  throw new UsageError(`${JSON.stringify(given)} is no time: write -10m, 2026-11-25 or 2026-11-25T04:00:00Z`)
}

/** In UTC, with ms: `2026-11-25 04:00:00.123`. */
export function moment(time: number | undefined): string {
  if (time === undefined) return '-'
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().replace('T', ' ').slice(0, -1)
}

/** To the second, as people say it: `340 ms`, `20 s`, `5 min 30 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(ms / 60_000)
  if (seconds < 3600) return two(seconds, 60, 'min', 's')
  return minutes < 1440 ? two(minutes, 60, 'h', 'min') : two(Math.round(ms / 3_600_000), 24, 'd', 'h')
}

function two(count: number, size: number, large: string, small: string): string {
  const rest = count % size
  return `${Math.floor(count / size)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`
}
