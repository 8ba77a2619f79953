import {MessageChannel} from 'node:worker_threads'
import type {LogItem} from '../../events'
import {invalidOption} from '../../values/errors'
import type {TickLine, TurnLine} from '../format/lines'
import {loadAnew} from '../machine/fresh-modules'
import {takeOverGlobals} from '../machine/globals'
import {readCapsule} from './read-capsule'
import {Replayer} from './replayer'
import type {Item, Round, Script} from './script'

/** What a replay came to. */
export interface ReplayedPlugin {
  /** How often the plugin was entered. */
  readonly turns: number
  /** How many commands it gave to its hub. */
  readonly commands: number
  /** The log of its hub. */
  readonly events: readonly LogItem[]
}

/**
 * Loads a plugin, and gives it all that it was given when it was recorded: from the file alone, without a network,
 * other files, or time passing.
 *
 * @param load gives the plugin, as it was given to `recordPlugin()`
 * @param path of the recording
 * @returns what the replay came to. Rejects with a PluginDivergenceError (ERR_DIVERGENCE) where the plugin does
 * something else than it did; with what the plugin throws, where it did not throw then,
 * also in a callback or a promise, where nobody catches it; with ERR_CAPSULE_LIMIT where
 * it uses, or used, what no recording holds; with ERR_LOG_FORMAT for a file that is not such a recording, or does
 * not begin with its plugin; with ERR_LOG_ORDER where the events of its hub do not follow from each other
 */
export async function replayPlugin(load: () => object, path: string): Promise<ReplayedPlugin> {
  if (typeof load !== 'function') throw invalidOption('load', load, 'a function that loads the plugin')
  const script = readCapsule(path)
  const giveBack = takeOverGlobals()
  const loop = new EventLoop()
  const replayer = new Replayer(script)
  try {
    await playRounds(script, replayer, loop, () => loadAnew(load))
    replayer.verdict.throwIfFailed()
    return {turns: script.turns, commands: script.commands, events: replayer.events}
  } finally {
    replayer.verdict.stop()
    loop.close()
    giveBack()
  }
}

/** So many new timers may fire one after the other: a plugin that sets one in each may go on for ever. */
const maxNewTimers = 100_000

async function playRounds(
  script: Script,
  replayer: Replayer,
  loop: EventLoop,
  load: () => unknown,
): Promise<void> {
  for (const [number, round] of script.rounds.entries()) {
    const [first] = round.items
    if (first?.is !== 'turn') continue
    const {line} = first
    // At the end of a recording that just stopped, it is not known what was due and late.
    const isKnown = !round.isLast || script.end !== undefined
    if (isKnown) await fireNewTimers(line, replayer, loop)
    if (replayer.verdict.hasFailed) return
    await playRound(round, number, replayer, load)
    await loop.goOn()
    if (replayer.verdict.hasFailed) return
    replayer.finish()
    if (replayer.verdict.hasFailed) return
  }
}

/** Fires the timers that were not there when the plugin was recorded, and that are due before this turn. */
async function fireNewTimers(line: TurnLine, replayer: Replayer, loop: EventLoop): Promise<void> {
  const {verdict} = replayer
  for (let i = 1; replayer.isReady(line) && replayer.fireNew(line.at ?? 0); i++) {
    await loop.goOn()
    if (verdict.hasFailed) return
    if (i === maxNewTimers) return verdict.diverge({called: `${i} new timers before what was recorded next`})
  }
}

/** The turns of a round, and what others did between them, follow each other in the microtask queue as they did. */
async function playRound(
  round: Round,
  number: number,
  replayer: Replayer,
  load: () => unknown,
): Promise<void> {
  replayer.begin(round, number)
  let ticks = 0
  for (const {line} of round.items.filter(isStep)) {
    const due = line.ticks ?? 0
    for (; ticks < due; ticks++) await null
    if (replayer.verdict.hasFailed) return
    if (line.plugin === 'tick') replayer.applyTick(line)
    else {
      replayer.enter(line, load)
      ticks = 0
    }
  }
}

interface Step {
  readonly line: TurnLine | TickLine
}

function isStep(item: Item): item is Item & Step {
  return item.is === 'turn' || (item.is === 'other' && item.line.plugin === 'tick')
}

/** Lets the event loop go on, by what no test framework fakes. */
class EventLoop {
  readonly #channel = new MessageChannel()

  async goOn(): Promise<void> {
    const {port1, port2} = this.#channel
    await new Promise<void>((resolve) => {
      port1.once('message', () => resolve())
      port2.postMessage(null)
    })
  }

  close(): void {
    this.#channel.port1.close()
  }
}
