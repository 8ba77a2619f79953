import fc from 'fast-check'
import pull from 'pull-stream'
import {test} from 'vitest'
import {encode} from '../../src/codec'
import type {LogItem} from '../../src/types'
import {differenceOf, pair, reportOf} from './compare'
import {type Step, steps} from './steps'
import type {RealSubject} from './subject'

const numRuns = Number(process.env.PROVE_RUNS ?? 300)
const seed = Number(process.env.PROVE_SEED ?? 1)

test(
  `in ${numRuns} random runs from seed ${seed}, the hub does what the model says`,
  async () => {
    // The stacks of the errors that the runs make by the thousand would take half of the time.
    Error.stackTraceLimit = 0
    const result = await fc.check(
      fc.asyncProperty(steps, async (all) => (await differenceOf(pair(), all)) === undefined),
      {numRuns, seed},
    )
    if (result.failed) throw new Error(await counterexample(result.counterexample?.[0] ?? []))
  },
  60_000 + numRuns * 100,
)

/** A shrunk run that differs, as steps to read and as the log that the hub kept of it. */
async function counterexample(all: readonly Step[]): Promise<string> {
  const worlds = pair()
  const {hub} = worlds.real.subject
  const difference = await differenceOf(worlds, all)
  const report = difference ? reportOf(all, difference) : 'it differs no longer: the run is not deterministic'
  return `${report}\nThe log of the hub:\n${logOf(hub)}`
}

function logOf(hub: RealSubject['hub']): string {
  const items: LogItem[] = []
  pull(
    hub.log() as pull.Source<LogItem>,
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return encode(items)
}
