import fc from 'fast-check'
import {test} from 'vitest'
import {differenceOf, pair} from './compare'
import {counterexample} from './counterexample'
import {steps} from './steps'

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
    if (result.failed) throw new Error(await counterexample(pair, result.counterexample?.[0] ?? []))
  },
  60_000 + numRuns * 100,
)
