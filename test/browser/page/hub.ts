// What is bundled and run where Node's modules do not exist: the life of a hub, told as plain JSON, so
// that what came of it there can be compared with what comes of it in Node.
import pull from 'pull-stream'
import ConnHub from '../../../src/index'
import type {Clock, ListenEvent, LogItem, Source} from '../../../src/types'
import {addressOf, PageRpc, PageStack} from './fake-stack'

// Every runtime has them; a page has no types of Node's.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/** Real timers, and a time that goes on by one at each look. */
function countingClock(): Clock {
  let time = 1_700_000_000_000
  return {
    now: () => ++time,
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  }
}

export async function life() {
  const stack = new PageStack()
  const hub = new ConnHub(stack, {clock: countingClock(), closeTimeout: 20})
  const told: string[] = []
  const sizes: number[] = []
  let ends = 0
  const end = () => void ends++
  pull(
    hub.listen(),
    pull.drain(({type, address}) => told.push(`${type} ${address}`), end),
  )
  pull(
    hub.liveEntries(),
    pull.drain((entries) => sizes.push(entries.length), end),
  )

  const answers: unknown[] = []
  const answered = (promise: Promise<unknown>) =>
    promise.then(
      (value) => answers.push(value instanceof PageRpc ? value.id : value),
      (error: {code?: string; message: string}) => answers.push(error.code ?? error.message),
    )
  const [alice, bob, dave] = [new PageRpc('alice'), new PageRpc('bob'), new PageRpc('dave')]
  const secret = `${addressOf('dave')}:${'s'.repeat(43)}=`
  stack.offer(alice)
  stack.offer(dave, secret)

  await answered(hub.connect(addressOf('alice'), {type: 'pub', n: [1, {é: '✓'}]}))
  answers.push(hub.update(addressOf('alice'), {n: 2}), hub.getState(addressOf('alice')))
  stack.announce(bob, false)
  await answered(hub.connect(addressOf('carol')))
  await answered(hub.connect(secret))
  await answered(hub.connect('not an address'))
  const entries = [...hub.entries()]
  const table = hub.snapshot()
  await answered(hub.disconnect(addressOf('alice')))
  bob.hangs = true
  // Ends by closeTimeout.
  await answered(hub.disconnect(addressOf('bob')))
  hub.reset()
  const stats = hub.stats()
  hub.close()
  await answered(hub.connect(addressOf('alice')))

  const log = await collect(hub.log())
  const {listenerCount} = stack
  return {told, sizes, ends, answers, entries, table, stats, log, listenerCount, isIterable: isIterable(hub)}
}

/** A link that never closes, with the clock of the machine: what the disconnect comes to. */
export async function timeout() {
  const stack = new PageStack()
  const hub = new ConnHub(stack, {closeTimeout: 20})
  const alice = new PageRpc('alice')
  alice.hangs = true
  stack.announce(alice, false)
  const [[, data] = []] = hub.entries()
  const code = await hub.disconnect(addressOf('alice')).catch((error: {code: string}) => error.code)
  return {code, hasTime: data !== undefined && data.hubBirth > 1_700_000_000_000}
}

/**
 * A reader that throws, beside one that does not. The exception is for the page to see, and nobody
 * else.
 */
export async function throwingReader() {
  const stack = new PageStack()
  stack.offer(new PageRpc('alice'))
  const hub = new ConnHub(stack)
  const told: string[] = []
  const drain = (reader: (event: ListenEvent) => void) => pull(hub.listen(), pull.drain(reader))
  drain(({type}) => {
    throw new Error(`thrown at ${type}`)
  })
  drain(({type}) => told.push(type))
  const rpc = await hub.connect(addressOf('alice'))
  return {told, connected: rpc instanceof PageRpc}
}

function collect(source: Source<LogItem>): Promise<LogItem[]> {
  return new Promise((resolve, reject) => {
    pull(
      source,
      pull.collect((error, items) => (error ? reject(error) : resolve(items))),
    )
  })
}

/** Some runtimes have no async iterators: the streams are sources there, and nothing more. */
function isIterable(hub: InstanceType<typeof ConnHub>): boolean {
  const {asyncIterator} = Symbol as {asyncIterator?: symbol}
  return asyncIterator !== undefined && asyncIterator in hub.log()
}
