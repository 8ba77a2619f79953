import {encode} from '../../src/log/codec'
import {differenceOf, type Pair, reportOf} from './compare'
import {logOf} from './soundness'
import type {Step} from './steps'

export const logBelow = 'The log of the hub:\n'

/** A shrunk run that differs, as steps to read and as the log that the hub kept of it. */
export async function counterexample(pair: () => Pair, all: readonly Step[]): Promise<string> {
  const worlds = pair()
  const difference = await differenceOf(worlds, all)
  const {hub} = worlds.real.subject
  const report = difference ? reportOf(all, difference) : 'it differs no longer: the run is not deterministic'
  return `${report}\n${logBelow}${encode(logOf(hub))}`
}
