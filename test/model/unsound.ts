import {encode} from '../../src/log/codec'
import {settled} from '../kit/setup'
import {hearUncaught} from './compare'
import {logBelow} from './counterexample'
import {OddClock} from './odd-clock'
import {logOf, Soundness} from './soundness'
import {lineOf, type Step} from './steps'
import {RealSubject} from './subject'
import {World} from './world'

interface Run {
  readonly world: World<RealSubject>
  readonly wrong: readonly string[]
}

/** What does not hold of a hub at the end of each tick, and after it was closed. */
export async function unsoundIn(steps: readonly Step[]): Promise<readonly string[]> {
  return (await run(steps)).wrong
}

/** A shrunk run, as steps to read and as the log that the hub kept of it. */
export async function unsound(steps: readonly Step[]): Promise<string> {
  const {world, wrong} = await run(steps)
  return [...steps.map(lineOf), ...wrong, logBelow, encode(logOf(world.subject.hub))].join('\n')
}

async function run(steps: readonly Step[]): Promise<Run> {
  let clock: OddClock | undefined
  const world = new World((stack, steady) => {
    clock = new OddClock(steady)
    return new RealSubject(stack, clock)
  })
  const stop = hearUncaught((error) => world.surfaced(error))
  try {
    const first = steps.findIndex((step) => step.do !== 'was there')
    const [before, then] = first < 0 ? [steps, []] : [steps.slice(0, first), steps.slice(first)]
    for (const step of before) world.run(step)
    const soundness = new Soundness(world)
    if (clock) clock.act = (moment) => world.act(moment)
    const breaks = (moment: string) => steps.some((step) => 'on' in step && step.on === moment)
    const wrong = async (step: Step) => {
      world.run(step)
      if (step.do !== 'tick') return
      await settled()
      if (!world.isOver) soundness.atRest()
    }
    for (const step of [...then, tick]) await wrong(step)
    const closings = soundness.closings()
    for (const step of [{do: 'wait', ms: 5000}, tick] as Step[]) await wrong(step)
    // Where a timer could not be set, one of the machine is in its place.
    if (!world.isOver && !breaks('set timer')) soundness.afterTime(closings)
    if (clock) clock.act = () => false
    for (const step of [{do: 'close'}, tick] as Step[]) await wrong(step)
    const unknown = world.settled.filter((line) =>
      /uncaught (?!the stack's error|Error: no (more|such) timer)/.test(line),
    )
    const left = [
      ...world.pending.map((call) => `never settled: ${call}`),
      ...(world.clock.pending > 0 && !breaks('clear timer') ? ['timers are left'] : []),
    ]
    return {world, wrong: [...soundness.wrong, ...unknown, ...left]}
  } finally {
    stop()
  }
}

const tick: Step = {do: 'tick'}
