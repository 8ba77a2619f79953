import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {decode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {Simulation} from '../simulator/simulation'

/** The log of a simulated hub. */
export async function simulated({peers = 40, hours = 1, seed = 1} = {}): Promise<LogItem[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-timeline-'))
  const log = join(folder, 'log.jsonl')
  try {
    await new Simulation({peers, hours, seed, scheduler: 'own', log}).run()
    return decode(readFileSync(log)).events
  } finally {
    rmSync(folder, {recursive: true})
  }
}

const folder = join(__dirname, '../fixtures')

export function fixture(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
