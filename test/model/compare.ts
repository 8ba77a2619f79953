import {settled} from '../kit/setup'
import {Model} from './model'
import {lineOf, type Step} from './steps'
import {closeTimeout, RealSubject} from './subject'
import {World} from './world'

export interface Difference {
  readonly step: number
  readonly expected: readonly string[]
  readonly actual: readonly string[]
}

export interface Pair {
  readonly real: World<RealSubject>
  readonly model: World<Model>
}

export function pair(): Pair {
  return {
    real: new World((stack, clock) => new RealSubject(stack, clock)),
    model: new World((stack, clock, surface) => new Model(stack, clock, closeTimeout, surface)),
  }
}

/** Runs the steps on hub and model side by side, to the first difference. */
export async function differenceOf(worlds: Pair, steps: readonly Step[]): Promise<Difference | undefined> {
  const stop = hearUncaught((error) => worlds.real.surfaced(error))
  try {
    return await firstDifference(worlds, steps)
  } finally {
    stop()
  }
}

/** In place of whoever else hears of uncaught exceptions and rejections. Returns how to put them back. */
export function hearUncaught(listener: (error: unknown) => void): () => void {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const others = events.map((event) => process.listeners(event as 'uncaughtException'))
  for (const event of events) process.removeAllListeners(event).on(event, listener)
  return () => {
    for (const [i, event] of events.entries()) {
      process.removeAllListeners(event)
      for (const other of others[i] ?? []) process.on(event as 'uncaughtException', other)
    }
  }
}

async function firstDifference({real, model}: Pair, steps: readonly Step[]): Promise<Difference | undefined> {
  const all: Step[] = [...steps, {do: 'tick'}, {do: 'close'}, {do: 'tick'}]
  for (const [i, step] of all.entries()) {
    real.run(step)
    model.run(step)
    if (step.do === 'tick') {
      await settled()
      model.subject.endOfTick()
      const expected = answers(model)
      const actual = answers(real)
      if (differ(expected, actual)) return {step: i, expected, actual}
    }
    const expected = model.seen()
    const actual = real.seen()
    if (differ(expected, actual)) return {step: i, expected, actual}
  }
  if (real.pending.length === 0) return undefined
  return {step: all.length, expected: ['no promise is pending'], actual: real.pending}
}

function differ(some: readonly string[], others: readonly string[]): boolean {
  return some.length !== others.length || some.some((line, i) => line !== others[i])
}

/** How promises settled, and which are pending. Which of two that settle in the same tick is first is not promised. */
function answers(world: World): string[] {
  return [...world.settled.splice(0).sort(), ...world.pending.map((call) => `pending ${call}`)]
}

/** A difference as text: the steps up to it, and what differs. */
export function reportOf(steps: readonly Step[], {step, expected, actual}: Difference): string {
  const lines = [...steps, {do: 'tick'} as const, {do: 'close'} as const, {do: 'tick'} as const]
    .slice(0, step + 1)
    .map((one, i) => `${i + 1}. ${lineOf(one)}`)
  const missing = expected
    .filter((line) => !actual.includes(line))
    .map((line) => `  the model has:    ${line}`)
  const surplus = actual
    .filter((line) => !expected.includes(line))
    .map((line) => `  the hub has:      ${line}`)
  const order =
    missing.length + surplus.length > 0
      ? []
      : ['  the order differs; the model has', ...expected, '  the hub has', ...actual]
  return [...lines, `After step ${step + 1}:`, ...missing, ...surplus, ...order].join('\n')
}
