import childProcess from 'node:child_process'
import crypto from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import {promisify} from 'node:util'
import workers from 'node:worker_threads'
import {isCalledByLoader} from './call-site'
import {randomInt, randomUuid} from './chance'
import {currentWorld} from './context'
import type {Call} from './patch'
import {Patches} from './patch'
import {after, every, timeoutSignal} from './promised-timers'
import type {Callable, TimerKind, World} from './world'
import {delayOf} from './world'

let patches: Patches | undefined

/**
 * Puts the functions with which a plugin asks the machine for time, chance, files and the like under the control of
 * its recording or its replay. Outside of such a plugin they are what they were. Returns how to undo it.
 */
export function takeOverGlobals(): () => void {
  patches ??= allPatches()
  return patches.apply()
}

function allPatches(): Patches {
  const all = new Patches()
  replaceTime(all)
  replaceTimers(all)
  replaceChance(all)
  replaceModules(all)
  refuseTheRest(all)
  watchErrors(all)
  return all
}

function replaceTime(all: Patches): void {
  const NativeDate = Date
  all.replaceClass(globalThis, 'Date', (behind) => {
    function CapsuleDate(...args: unknown[]): unknown {
      const world = currentWorld()
      const RealDate = behind() as unknown as DateConstructor
      if (!new.target) return world ? new NativeDate(world.clock.now()).toString() : RealDate()
      const base = world ? NativeDate : RealDate
      const values = world && args.length === 0 ? [world.clock.now()] : args
      return Reflect.construct(base, values, new.target === CapsuleDate ? base : new.target)
    }
    const now = () => {
      const world = currentWorld()
      return world ? world.clock.now() : (behind() as unknown as DateConstructor).now()
    }
    Object.defineProperty(CapsuleDate, 'name', {value: 'Date', configurable: true})
    Object.defineProperty(CapsuleDate, 'length', {value: 7, configurable: true})
    const {prototype, parse, UTC} = NativeDate
    return Object.assign(CapsuleDate, {prototype, now, parse, UTC})
  })
  all.replaceGetter(
    () => performance,
    'now',
    (world) => world.clock.uptime(),
  )
  all.replaceGetter(
    () => process,
    'uptime',
    (world) => world.clock.uptime() / 1000,
  )
  const hrtime = all.replace(process, 'hrtime', (world, {args: [since]}) => {
    const ns = BigInt(Math.round(world.clock.uptime() * 1e6))
    const [seconds = 0, rest = 0] = (since ?? []) as number[]
    const passed = ns - (BigInt(seconds) * 1_000_000_000n + BigInt(rest))
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)]
  })
  all.replaceGetter(
    () => hrtime,
    'bigint',
    (world) => BigInt(Math.round(world.clock.uptime() * 1e6)),
  )
}

function replaceTimers(all: Patches): void {
  const set =
    (kind: TimerKind) =>
    (world: World, {args: [callback, ...rest], real}: Call) => {
      // Node says what is wrong with it.
      if (typeof callback !== 'function') return real(callback)
      const [ms, args] = kind === 'immediate' ? [0, rest] : [delayOf(rest[0]), rest.slice(1)]
      return world.setTimer({kind, ms, callback: callback as Callable, args})
    }
  const promised = {
    setTimeout: (world: World, {args: [ms, value, options]}: Call) =>
      after(world, 'timeout', delayOf(ms), value, options),
    setImmediate: (world: World, {args: [value, options]}: Call) =>
      after(world, 'immediate', 0, value, options),
  }
  for (const owner of [globalThis, timers]) {
    const setTimeout = all.replace(owner, 'setTimeout', set('timeout'))
    all.replace(owner, 'setInterval', set('interval'))
    const setImmediate = all.replace(owner, 'setImmediate', set('immediate'))
    all.replace(setTimeout, promisify.custom, promised.setTimeout)
    all.replace(setImmediate, promisify.custom, promised.setImmediate)
    for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) {
      all.replace(owner, name, (world, {args: [timer]}) => world.clearTimer(timer))
    }
  }
  all.replace(timersPromises, 'setTimeout', promised.setTimeout)
  all.replace(timersPromises, 'setImmediate', promised.setImmediate)
  all.replace(timersPromises, 'setInterval', (world, {args: [ms, value, options]}) =>
    every(world, delayOf(ms), value, options),
  )
  const {scheduler} = timersPromises
  all.replace(scheduler, 'wait', (world, {args: [ms, options]}) =>
    after(world, 'timeout', delayOf(ms), undefined, options),
  )
  all.replace(scheduler, 'yield', (world) => after(world, 'immediate', 0, undefined))
  all.replace(AbortSignal, 'timeout', (world, {args: [ms]}) => timeoutSignal(world, delayOf(ms)))
}

function replaceChance(all: Patches): void {
  all.replaceGetter(
    () => Math,
    'random',
    (world) => world.clock.random(),
  )
  const fill = (world: World, target: unknown, offset: unknown = 0, size?: unknown) => {
    const {buffer, byteOffset, byteLength} = target as Uint8Array
    const start = Number(offset)
    const part = new Uint8Array(buffer, byteOffset + start, Number(size ?? byteLength - start))
    part.set(world.bytes(part.byteLength))
    return target
  }
  for (const owner of [crypto, crypto.webcrypto]) {
    all.replace(owner, 'getRandomValues', (world, {args: [target]}) => fill(world, target))
    all.replace(owner, 'randomUUID', (world) => randomUuid(world.bytes(16)))
  }
  const callBack = (world: World, callback: unknown, value: unknown) => {
    if (typeof callback !== 'function') return value
    world.setTimer({kind: 'immediate', ms: 0, callback: callback as Callable, args: [null, value]})
    return undefined
  }
  for (const name of ['randomBytes', 'pseudoRandomBytes']) {
    all.replace(crypto, name, (world, {args: [size, callback]}) =>
      callBack(world, callback, Buffer.from(world.bytes(Number(size)))),
    )
  }
  all.replace(crypto, 'randomFillSync', (world, {args: [target, offset, size]}) =>
    fill(world, target, offset, size),
  )
  all.replace(crypto, 'randomFill', (world, {args: [target, ...rest]}) =>
    callBack(world, rest.pop(), fill(world, target, rest[0], rest[1])),
  )
  all.replace(crypto, 'randomInt', (world, {args}) => {
    const callback = typeof args.at(-1) === 'function' ? args.at(-1) : undefined
    const [first, second] = args.filter((arg) => typeof arg === 'number') as number[]
    const [min, max] = second === undefined ? [0, first ?? 0] : [first ?? 0, second]
    return callBack(world, callback, randomInt(world.bytes(8), min, max))
  })
}

/** Modules of Node's whose functions give what they gave when it was recorded. */
function replaceModules(all: Patches): void {
  const modules = {fs, 'fs.promises': fs.promises, os, dns, 'dns.promises': dns.promises}
  for (const [module, owner] of Object.entries(modules)) {
    for (const [name, value] of Object.entries(owner)) {
      // Classes begin with a capital letter, and what has an underscore is Node's own.
      if (typeof value !== 'function' || !/^[a-z]/.test(name)) continue
      const path = `${module}.${name}`
      if (fillsBuffers.has(path)) refuse(all, owner, name, path, isCalledByLoader)
      else
        all.replace(owner, name, (world, {self, args, real}) =>
          isCalledByLoader() ? Reflect.apply(real, self, args) : world.callModule(path, real, self, args),
        )
    }
  }
}

const fillsBuffers = new Set(['fs.read', 'fs.readSync', 'fs.readv', 'fs.readvSync'])

/** What a plugin may do in ways that no recording sees. */
function refuseTheRest(all: Patches): void {
  refuse(all, net.Socket.prototype, 'connect', 'a socket of its own')
  refuse(all, net.Server.prototype, 'listen', 'a server of its own')
  refuse(all, dgram, 'createSocket', 'a socket of its own')
  refuse(all, globalThis, 'fetch', 'fetch()')
  for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
    refuse(all, childProcess, name, 'a process of its own')
  refuse(all, workers, 'Worker', 'a worker thread')
  refuse(all, process, 'dlopen', 'a native addon')
  for (const name of ['generateKeyPair', 'generateKeyPairSync', 'generateKey', 'generateKeySync'])
    refuse(all, crypto, name, `crypto.${name}()`)
  for (const name of ['pbkdf2', 'scrypt', 'hkdf']) refuse(all, crypto, name, `crypto.${name}()`)
}

/** Errors of the plugin's that nobody catches: its world hears of them before the process does. */
function watchErrors(all: Patches): void {
  all.replace(process, 'emit', (world, {self, args, real}) => {
    const [event, error] = args
    const isError = event === 'unhandledRejection' || event === 'uncaughtException'
    return (isError && world.escape(error)) || Reflect.apply(real, self, args)
  })
  // Up to Node 22, it is not known any more whose microtask it was when the process is told.
  all.replace(globalThis, 'queueMicrotask', (world, {args: [callback], real}) => {
    if (typeof callback !== 'function') return real(callback)
    return real(() => {
      try {
        callback()
      } catch (error) {
        if (!world.escape(error)) throw error
      }
    })
  })
}

function refuse(
  all: Patches,
  owner: object,
  name: string,
  what: string,
  isAllowed: () => boolean = () => false,
): void {
  all.replace(owner, name, (world, {self, args, real}) => {
    if (!isAllowed()) world.exceed(what)
    return name === 'Worker' ? Reflect.construct(real, args) : Reflect.apply(real, self, args)
  })
}
