import pull from 'pull-stream'
import {encode} from '../../src/log/codec'
import type {LogItem} from '../../src/types'
import {differenceOf, type Pair, reportOf} from './compare'
import type {Step} from './steps'
import type {RealSubject} from './subject'

export const logBelow = 'The log of the hub:\n'

/** A shrunk run that differs, as steps to read and as the log that the hub kept of it. */
export async function counterexample(pair: () => Pair, all: readonly Step[]): Promise<string> {
  const worlds = pair()
  const {hub} = worlds.real.subject
  const difference = await differenceOf(worlds, all)
  const report = difference ? reportOf(all, difference) : 'it differs no longer: the run is not deterministic'
  return `${report}\n${logBelow}${logOf(hub)}`
}

function logOf(hub: RealSubject['hub']): string {
  const items: LogItem[] = []
  pull(
    hub.log(),
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return encode(items)
}
