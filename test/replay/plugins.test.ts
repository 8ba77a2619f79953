import fc from 'fast-check'
import pull from 'pull-stream'
import {expect, test} from 'vitest'
import {ReplayHub} from '../../src/replay'
import {redact} from '../../src/values/secrets'
import {call, Run, runs, type Step, steps} from '../kit/random'
import {settled} from '../kit/setup'
import {logOf} from './recorded'

type AnyHub = Pick<ReplayHub, 'listen' | 'connect' | 'disconnect' | 'update' | 'reset' | 'getState'>

/** What a plugin does at an event: at once, in the reader, or when its reader has returned. */
interface Rule {
  readonly at: string
  readonly later: boolean
  readonly does: 'connect' | 'disconnect' | 'update' | 'reset'
  readonly address: number
  readonly data: number
}

const rule: fc.Arbitrary<Rule> = fc.record({
  at: fc.constantFrom('connecting', 'connecting-failed', 'connected', 'disconnecting', 'disconnected'),
  later: fc.boolean(),
  does: fc.constantFrom('connect', 'connect', 'disconnect', 'update', 'update', 'reset'),
  address: fc.nat({max: 30}),
  data: fc.nat({max: 30}),
})

/** A plugin that acts by rules, each once, and what it saw and was answered. */
function start(hub: AnyHub, rules: readonly Rule[]) {
  const seen: unknown[] = []
  const answers: {readonly call: string; outcome: string}[] = []
  const left = [...rules]
  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      seen.push([type, address, hub.getState(address) ?? 'absent'])
      const index = left.findIndex(({at}) => at === type)
      const [next] = index < 0 ? [] : left.splice(index, 1)
      if (!next) return
      const {does, address: number, data} = next
      const act = () => call(hub, {do: does, address: number, data} as Step, answers)
      // What ends a connection before the promise of its connect() has settled is in the log, but not that it was so early.
      if (next.later && !rules.some(({does}) => does === 'disconnect' || does === 'reset'))
        queueMicrotask(act)
      else act()
    }),
  )
  return {seen, answers}
}

/**
 * What the world does. Each step has come to its end before the next. Late callbacks are left out:
 * one moves an rpc from one entry to another in one act, which a replay that goes event by event does not.
 */
const world = steps.map((all) =>
  all
    .filter(({do: doing}) => !/^(read|connect|disconnect|update|reset|call back)$/.test(doing))
    .flatMap((step): Step[] => [step, {do: 'tick'}]),
)

/**
 * Every rpc closes when it is told to: the log does not tell whether one did that a reset has closed, on which it depends
 * whether a call that was just answered is called off.
 */
const tame = (step: Step): Step => ('mode' in step ? {...step, mode: 'closes'} : step)

test('a plugin does in a replay what it did when it was recorded, sees what it saw, and is answered alike', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.array(rule, {maxLength: 12}), fc.nat({max: 5}), async (all, rules, first) => {
      const run = new Run()
      const then = start(run.hub, rules)
      call(run.hub, {do: 'connect', address: first, data: 1}, then.answers)
      await settled()
      for (const step of rules.some(({does}) => does === 'reset') ? all.map(tame) : all) await run.step(step)
      await settled()
      const log = logOf(run.hub)
      const hub = new ReplayHub(log)
      const now = start(hub, rules)
      call(hub, {do: 'connect', address: first, data: 1}, now.answers)
      await settled()
      // What came of an event in its telling was there before any promise could settle.
      for (const [i, {seq}] of log.entries()) {
        if ('during' in (log[i + 1] ?? {})) continue
        hub.stepTo(seq)
        await settled()
      }
      hub.check()
      expect(now.seen).toEqual(redact(then.seen))
      expect(now.answers).toEqual(then.answers)
      expect(hub.snapshot()).toEqual(run.hub.snapshot())
    }),
    // Each runs twice, and waits at every event.
    {numRuns: Math.ceil(runs.numRuns / 4)},
  )
})
