import fc from 'fast-check'
import pull from 'pull-stream'
import {expect, test} from 'vitest'
import ConnHub from '../../../src/index'
import {decode, encode} from '../../../src/replay'
import {recordedWorld} from '../../../src/testing'
import type {LogItem} from '../../../src/types'
import {call, Run, runs, type Step, steps} from '../../kit/random'
import {settled} from '../../kit/setup'

/** No timer of the hub's, of 1,000 or 2,000 ms, is due at the time of a step. */
const grid = 7

interface Recording {
  readonly log: readonly LogItem[]
  /** The commands, and when they were called. */
  readonly calls: readonly {readonly time: number; readonly step: Step}[]
}

function logOf(hub: ConnHub): LogItem[] {
  const log: LogItem[] = []
  pull(
    hub.log(),
    pull.drain((item) => {
      log.push(item)
    }),
  )
  return decode(encode(log)).events
}

/** Each step has a time of its own. */
async function record(all: readonly Step[]): Promise<Recording> {
  const run = new Run()
  const checkpoint = run.hub.checkpoint()
  const calls: {time: number; step: Step}[] = []
  for (const step of all) {
    run.world.clock.advance(step.do === 'wait' ? grid * step.ms : grid)
    await settled()
    if (['connect', 'disconnect', 'update', 'reset'].includes(step.do))
      calls.push({time: run.world.clock.now(), step})
    await run.step(step)
    await settled()
  }
  return {log: [checkpoint, ...logOf(run.hub)], calls}
}

async function playAgain({log, calls}: Recording, seed: number): Promise<LogItem[]> {
  const world = recordedWorld(log, {seed})
  const hub = new ConnHub(world.stack, {clock: world.clock, closeTimeout: 1000})
  const checkpoint = hub.checkpoint()
  for (const {time, step} of calls) {
    // What came after the last event, the log does not tell.
    if (time > world.end) break
    await world.play(time)
    call(hub, step, [])
    await settled()
  }
  await world.play()
  return [checkpoint, ...logOf(hub)]
}

/** What of an event is no number that the hub counts. */
function plain(item: LogItem): object {
  const {seq, during, attempt, link, ...rest} = item as LogItem & Record<string, unknown>
  return rest
}

/**
 * What a network does. A dial is not answered by the connection of another; who connects says the key that its address
 * has; nobody connects from an address with a seed, of which the log does not tell; closes do not fail, because of
 * several links, the log does not tell which failed; and no other plugin dials, because the log does not tell its link
 * from that of a dial which took long.
 */
const stepsOfTheWorld = steps.map((all) =>
  all.flatMap((step): Step[] => {
    if (step.do === 'read' || step.do === 'call back' || step.do === 'announce') return []
    if (step.do === 'refuse to close') return [{...step, do: 'answer'}]
    if (!('mode' in step)) return [step]
    const mode = step.mode === 'fails' || step.mode === 'throws' ? 'hangs' : step.mode
    if (step.do !== 'incoming' && step.do !== 'by plugin') return [{...step, mode}]
    const places = [[0, 1], [2, 3], [4, 6], [0]][step.name % 4] ?? []
    return [{...step, do: 'incoming', mode, at: places[step.at % places.length] ?? 0}]
  }),
)

test('where the plugin does what it did then, the log is the recorded one', async () => {
  await fc.assert(
    fc.asyncProperty(stepsOfTheWorld, fc.integer(), async (all, seed) => {
      const recording = await record(all)
      const log = await playAgain(recording, seed)
      expect(log.map(plain)).toEqual(recording.log.map(plain))
    }),
    runs,
  )
})
