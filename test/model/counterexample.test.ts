import fc from 'fast-check'
import {expect, test} from 'vitest'
import {decode, fold} from '../../src/replay'
import {differenceOf, type Pair, pair} from './compare'
import {counterexample, logBelow} from './counterexample'
import {type Step, steps} from './steps'
import {RealSubject} from './subject'
import {World} from './world'

/** A hub that forgets metadata which comes with a connect(). */
class ForgetfulSubject extends RealSubject {
  override connect(...[address, , signal, settle]: Parameters<RealSubject['connect']>): void {
    super.connect(address, undefined, signal, settle)
  }
}

function unequalPair(): Pair {
  return {...pair(), real: new World((stack, clock) => new ForgetfulSubject(stack, clock))}
}

test('a hub that differs is caught, and the run is shrunk to a log that can be replayed', async () => {
  const {failed, counterexample: found} = await fc.check(
    fc.asyncProperty(steps, async (all) => (await differenceOf(unequalPair(), all)) === undefined),
    {numRuns: 300, seed: 1},
  )
  expect(failed).toBe(true)
  const shrunk: readonly Step[] = found?.[0] ?? []
  const text = await counterexample(unequalPair, shrunk)
  expect(shrunk.length).toBeLessThanOrEqual(3)
  expect(JSON.stringify(shrunk)).toContain('"connect"')
  expect(text).toMatch(/\nAfter step \d:\n {2}the model has: /)
  const {events, torn} = decode(text.split(logBelow)[1] ?? '')
  expect(torn).toBeUndefined()
  expect(fold(events).seq).toBe(events.length)
  expect(events.length).toBeGreaterThan(0)
})
