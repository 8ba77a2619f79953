import fs, {readdirSync, readFileSync, readlinkSync} from 'node:fs'
import promises, {type FileHandle, open} from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import {join} from 'node:path'
import pull from 'pull-stream'
import {type MockInstance, onTestFinished, vi} from 'vitest'
import {type Recordable, type Recording, readLog, type Torn} from '../../src/log-file'
import {decode, fold} from '../../src/replay'
import type {LogItem, Recorded, Snapshot} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {temporaryFolder} from '../kit/folder'
import {settled, setup} from '../kit/setup'

/** A folder of the test's own, and the path of a log in it. */
export function tempLog() {
  const folder = temporaryFolder()
  return {folder, path: join(folder, 'hub.jsonl')}
}

/** A hub, and a way to keep it busy. */
export function busyHub(logLimit?: number) {
  const world = setup(logLimit === undefined ? {} : {logLimit})
  const {hub, stack, clock} = world
  let count = 0
  /** A caller whose connection dies before it was answered would dial again: its signal keeps it from that. */
  const callers = new Map<string, AbortController>()
  const connect = (address: string) => {
    const caller = new AbortController()
    callers.set(address, caller)
    hub.connect(address, {count}, {signal: caller.signal}).catch(() => {})
  }
  const die = (address: string) => {
    callers.get(address)?.abort()
    Object.values(stack.peers)
      .flat()
      .find((rpc) => rpc.stream.address === address)
      ?.die()
  }
  /** Exactly so many events, a ms apart, over a few peers. */
  const work = (events: number) => {
    for (let i = 0; i < events; i++) {
      const address = addressOf(`peer-${count++ % 5}`)
      clock.advance(1)
      const state = hub.getState(address)
      if (state === undefined) connect(address)
      else if (state === 'connecting')
        stack.dials
          .filter((dial) => dial.address === address)
          .at(-1)
          ?.succeed()
      else if (count % 17 === 0) die(address)
      else hub.update(address, {count, text: 'é'.repeat(count % 50)})
    }
  }
  return {...world, work}
}

/** Whether the hub does what it is there for, as if nobody recorded it. */
export async function stillWorks({hub, stack, told}: ReturnType<typeof busyHub>): Promise<boolean> {
  told.take()
  stack.onDial = (dial) => dial.succeed()
  const address = addressOf('somebody-new')
  const rpc = await hub.connect(address)
  await hub.disconnect(address)
  return (
    rpc !== false && told.take().join() === 'connecting,connected,disconnecting,disconnected' && !told.ended
  )
}

/** All that a log holds now. */
export function logOf(hub: Recordable): LogItem[] {
  const items: LogItem[] = []
  pull(
    hub.log(),
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return items
}

export function eventsOf(items: Iterable<LogItem>): Recorded[] {
  return [...items].filter((item): item is Recorded => item.type !== 'checkpoint')
}

/** Waits until all that has happened so far is in the file. */
export async function caughtUp(recording: Recording, hub: Recordable): Promise<void> {
  const {seq} = hub.snapshot()
  const deadline = Date.now() + 10_000
  while (recording.seq === undefined || recording.seq < seq) {
    if (recording.error) throw recording.error
    if (Date.now() > deadline) throw new Error(`event ${seq} never came into the file`)
    await settled()
  }
}

/** Everything that a log in files gives, and what it reports. */
export async function readAll(path: string): Promise<{items: LogItem[]; torn: Torn[]}> {
  const torn: Torn[] = []
  const items: LogItem[] = []
  for await (const item of readLog(path, {onTorn: (report) => torn.push(report)})) items.push(item)
  return {items, torn}
}

/** What one file gives, read alone. Throws where it is torn. */
export function itemsOf(path: string): LogItem[] {
  const {events, torn} = decode(readFileSync(path))
  if (torn !== undefined) throw new Error(`${path} is torn`)
  return events
}

export function foldOf(path: string): Snapshot {
  return fold(itemsOf(path))
}

/** The state after every event, where the log is whole. */
export function statesOf(hub: Recordable): Snapshot[] {
  const events = logOf(hub)
  return events.map((_event, i) => fold(events.slice(0, i + 1)))
}

/** The paths in a folder that this process has open. */
export function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      // The one that listed the others.
      return []
    }
  })
}

/** What all file handles have in common, to watch or break. */
export async function fileHandles(): Promise<FileHandle> {
  const handle = await open(__filename)
  await handle.close()
  return Object.getPrototypeOf(handle)
}

/** Watches a function of `node:fs`, or breaks it, until the test is finished. */
export function spyOnFs<Name extends 'fsync'>(name: Name): MockInstance<(typeof fs)[Name]> {
  return finishing(vi.spyOn(fs, name))
}

/** The same of `node:fs/promises`. */
export function spyOnPromises<Name extends 'lstat' | 'open' | 'readlink' | 'rename' | 'rm' | 'stat'>(
  name: Name,
): MockInstance<(typeof promises)[Name]> {
  return finishing(vi.spyOn(promises, name) as MockInstance<(typeof promises)[Name]>)
}

function finishing<Spy extends {mockRestore(): void}>(spy: Spy): Spy {
  syncBuiltinESMExports()
  onTestFinished(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
  return spy
}

/** Who may do anything could lose a device of the machine by a mistake in the code: nothing of them is moved or deleted. */
export function spareDevices(): void {
  for (const name of ['rename', 'rm', 'unlink'] as const) {
    const work = promises[name] as (...args: unknown[]) => Promise<void>
    const spared = async (...paths: unknown[]) => {
      if (paths.some((path) => String(path).startsWith('/dev/'))) throw new Error(`${paths[0]} must stay`)
      return work(...paths)
    }
    Object.assign(promises, {[name]: spared})
  }
  syncBuiltinESMExports()
}
