import {writeFileSync} from 'node:fs'
import fc from 'fast-check'
import {test} from 'vitest'
import {differenceOf, pair} from './compare'
import {counterexample} from './counterexample'
import {oddSteps, steps} from './steps'
import {unsound, unsoundIn} from './unsound'

const numRuns = Number(process.env.PROVE_RUNS ?? 300)
const seed = Number(process.env.PROVE_SEED ?? 1)
/** The file in which who waits for the runs looks up how many are done. */
const doneFile = process.env.PROVE_DONE
const timeout = 60_000 + numRuns * 100

// The stacks of the errors that the runs make by the thousand would take half of the time.
Error.stackTraceLimit = 0

let runs = 0
function count(): void {
  runs++
  if (doneFile && runs % 20 === 0) writeFileSync(doneFile, `${runs} `)
}

test(`in ${numRuns} random runs from seed ${seed}, the hub does what the model says`, {timeout}, async () => {
  const result = await fc.check(
    fc.asyncProperty(steps, async (all) => {
      count()
      return (await differenceOf(pair(), all)) === undefined
    }),
    {numRuns, seed},
  )
  if (result.failed) throw new Error(await counterexample(pair, result.counterexample?.[0] ?? []))
})

test(`in ${numRuns} random runs from seed ${seed}, the hub stays sound whenever others call it`, {
  timeout,
}, async () => {
  const result = await fc.check(
    fc.asyncProperty(oddSteps, async (all) => {
      count()
      return (await unsoundIn(all)).length === 0
    }),
    {numRuns, seed},
  )
  if (result.failed) throw new Error(await unsound(result.counterexample?.[0] ?? []))
})
