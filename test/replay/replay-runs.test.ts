import fc from 'fast-check'
import pull from 'pull-stream'
import {expect, test} from 'vitest'
import {decode, encode, fold, ReplayHub} from '../../src/replay'
import type {ListenEvent, LogItem, Snapshot} from '../../src/types'
import {call, Run, runs, type Step, steps} from '../kit/random'
import {settled} from '../kit/setup'

/** A recorded run, and the state after each event that a step ended with. */
async function record(all: readonly Step[]) {
  const run = new Run()
  const states = new Map<number, Snapshot>()
  for (const step of all) {
    await run.step(step)
    const snapshot = run.hub.snapshot()
    states.set(snapshot.seq, snapshot)
  }
  await settled()
  const log: LogItem[] = []
  pull(
    run.hub.log(),
    pull.drain((item) => {
      log.push(item)
    }),
  )
  return {run, states, log: decode(encode(log)).events}
}

/** What one reader hears of a hub, without what cannot be in a recording. */
function hear(hub: Pick<ReplayHub, 'listen' | 'liveEntries'>) {
  const events: unknown[] = []
  const snapshots: unknown[] = []
  pull(
    hub.listen(),
    pull.drain(({type, address, key, details}) => {
      events.push({type, address, key, isClient: type === 'connected' ? details.isClient : undefined})
    }),
  )
  pull(
    hub.liveEntries(),
    pull.drain((entries) => {
      snapshots.push(entries)
    }),
  )
  return {events, snapshots}
}

/**
 * Each call is answered before the next step: a connection that ends between an answer and its promise is in the log,
 * but not whether the promise had settled by then.
 */
const withoutReaders = steps.map((all) =>
  all.filter(({do: doing}) => doing !== 'read').flatMap((step): Step[] => [step, {do: 'tick'}]),
)

test('stepping through a recorded run tells and shows what the run told and showed (I25)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const {run, states, log} = await record(all)
      const hub = new ReplayHub(log)
      const heard = hear(hub)
      for (;;) {
        const then = states.get(hub.snapshot().seq)
        if (then) expect(hub.snapshot()).toEqual(then)
        if (!hub.step()) break
      }
      expect(heard.events.length).toBe(run.world.told.events.length)
      expect(heard.snapshots.length).toBe(run.world.told.snapshots.length)
      expect(heard.events.map((event) => (event as ListenEvent).type)).toEqual(
        run.world.told.events.map(({type}) => type),
      )
    }),
    runs,
  )
})

test('the calls of a run, called on its replay, have the same answers and claim what they caused', async () => {
  await fc.assert(
    fc.asyncProperty(withoutReaders, async (all) => {
      const {run, log} = await record(all)
      const hub = new ReplayHub(log)
      const answers: typeof run.answers = []
      for (const {seq, step} of run.calls) {
        hub.stepTo(seq)
        call(hub, step, answers)
      }
      while (hub.step());
      await settled()
      expect(answers).toEqual(run.answers)
      expect(hub.unclaimed()).toEqual([])
      expect(hub.divergences).toEqual([])
      expect(hub.snapshot()).toEqual(run.hub.snapshot())
    }),
    runs,
  )
})

test('from any point on, begun by a seek or with a checkpoint, the calls have the same answers', async () => {
  await fc.assert(
    fc.asyncProperty(withoutReaders, fc.nat(), fc.boolean(), async (all, at, isCheckpoint) => {
      const {run, log} = await record(all)
      const from = run.calls[at % Math.max(1, run.calls.length)]
      if (!from) return
      const checkpoint: LogItem = {type: 'checkpoint', ...fold(log.slice(0, from.seq))}
      const hub = new ReplayHub(isCheckpoint ? [checkpoint, ...log.slice(from.seq)] : log)
      hub.seek(from.seq)
      const answers: typeof run.answers = []
      for (const {seq, step} of run.calls.slice(run.calls.indexOf(from))) {
        hub.stepTo(seq)
        call(hub, step, answers)
      }
      while (hub.step());
      await settled()
      expect(answers).toEqual(run.answers.slice(from.answer))
      hub.check()
      expect(hub.snapshot()).toEqual(run.hub.snapshot())
    }),
    runs,
  )
})

test('a replay is the same in every order of stepping, forwards and back', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat({max: 60}), {maxLength: 20}), async (all, jumps) => {
      const {log} = await record(all)
      const straight = new ReplayHub(log)
      const states = [straight.snapshot()]
      while (straight.step()) states.push(straight.snapshot())
      const hub = new ReplayHub(log)
      for (const jump of jumps) {
        const seq = jump % states.length
        if (seq % 2 === 0 || seq < hub.snapshot().seq) hub.seek(seq)
        else hub.stepTo(seq)
        expect(hub.snapshot()).toEqual(states[seq])
        expect([...hub.entries()]).toEqual(states[seq]?.entries)
      }
    }),
    runs,
  )
})
