import {parseArgs} from 'node:util'
import {UsageError, wholeNumber} from '../kit/command-line.mjs'

export type SchedulerName = 'own' | 'ssb-conn'

export interface Settings {
  readonly peers: number
  readonly hours: number
  readonly seed: number
  readonly scheduler: SchedulerName
  /** The file that the log is recorded in, if any. */
  readonly log: string | undefined
}

export const usage = `Usage: npm run simulate -- [options]

Runs one hub among many peers, in virtual time. Exits with 1 where it broke a promise.

  --peers N         how many remote peers there are (10000)
  --hours N         how many hours of their life are simulated (24)
  --seed N          the same seed gives the same log, byte for byte (1)
  --scheduler NAME  who decides when to connect: own, ssb-conn (own)
  --log FILE        records the log of the hub in this file
  -h, --help        shows this text
`

export function settingsOf(args: string[]): Settings {
  const text = {type: 'string'} as const
  const options = {peers: text, hours: text, seed: text, scheduler: text, log: text}
  const {values} = parseArgs({args, options})
  const {scheduler = 'own', log} = values
  if (scheduler !== 'own' && scheduler !== 'ssb-conn') {
    throw new UsageError(`--scheduler is own or ssb-conn, not ${scheduler}`)
  }
  if (log === '') throw new UsageError('--log needs the name of a file')
  return {
    peers: wholeNumber('peers', values.peers ?? '10000', 1, 1_000_000),
    hours: hoursOf(values.hours ?? '24'),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 53 - 1),
    scheduler,
    log,
  }
}

function hoursOf(text: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (number >= 0.01 && number <= 10_000) return number
  throw new UsageError(`--hours is a number from 0.01 to 10000, not ${text}`)
}
