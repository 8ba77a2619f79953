import {progressOn} from '../../src/cli/progress'
import {commandLine} from '../kit/command-line.mjs'
import {growthOf} from './memory'
import {hourLine, summary, title} from './report'
import {type Settings, settingsOf, usage} from './settings'
import {BrokenInvariant, type Hour, Simulation} from './simulation'

/** The command line. Returns the exit code: 1 for a broken invariant, 2 for flags that make no sense. */
export async function main(args: string[]): Promise<number> {
  const settings = commandLine('simulate', usage, settingsOf, args)
  if (!settings) return Number(process.exitCode ?? 0)
  try {
    await simulate(settings)
    return 0
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error
    console.error(`broken: ${error.message}`)
    return 1
  }
}

async function simulate(settings: Settings): Promise<void> {
  const day: Hour[] = []
  const progress = progressOn(process.stderr, 'simulating')
  const simulation = new Simulation(settings, (hour) => {
    day.push(hour)
    progress.end()
    console.log(hourLine(hour))
  })
  const wasThrown = (error: unknown) => simulation.wasThrown(error)
  process.on('uncaughtException', wasThrown)
  console.log(title(settings))
  const begun = performance.now()
  // Set before the simulation, which has timers of its own.
  const watch = setInterval(() => progress.tell(simulation.done, 1), 100)
  try {
    await simulation.run()
  } finally {
    clearInterval(watch)
    progress.end()
    process.off('uncaughtException', wasThrown)
  }
  console.log(summary(simulation, (performance.now() - begun) / 1000, day))
  const growth = growthOf(day.map(({heap}) => heap))
  if (growth) throw new BrokenInvariant(`${growth}, with seed ${settings.seed}`)
}
