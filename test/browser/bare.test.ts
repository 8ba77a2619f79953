import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createContext, runInContext} from 'node:vm'
import {beforeAll, describe, expect, test} from 'vitest'
import {bundle} from './bundle'
import * as here from './page/index'

// React Native cannot be run here. What is run instead is the bundle in a context that has what ECMAScript
// has, less what versions of Hermes lack or were late with, and of a runtime's globals these few.

/** React Native has the timers from the beginning, and queueMicrotask since 0.66. */
const fromTheRuntime = ['console', 'setTimeout', 'clearTimeout', 'queueMicrotask']

const removed = `
  for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly', 'Intl'])
    delete globalThis[name]
  for (const name of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with'])
    delete Array.prototype[name]
  for (const name of ['isWellFormed', 'toWellFormed', 'replaceAll']) delete String.prototype[name]
  for (const name of ['fromAsync']) delete Array[name]
  for (const name of ['allSettled', 'any', 'withResolvers', 'try']) delete Promise[name]
  for (const name of ['groupBy']) delete Object[name]
  globalThis.eval = undefined
  // Symbol.asyncIterator cannot be deleted.
  const {asyncIterator, ...symbols} = Object.getOwnPropertyDescriptors(Symbol)
  globalThis.Symbol = Object.defineProperties((description) => SymbolOfEngine(description), symbols)
`

function bareContext(): (code: string) => unknown {
  const globals = fromTheRuntime.map((name) => [name, Reflect.get(globalThis, name)])
  const context = createContext(Object.fromEntries(globals), {codeGeneration: {strings: false}})
  runInContext(`const SymbolOfEngine = Symbol\n${removed}`, context)
  return (code) => runInContext(code, context)
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value))

test('a bare context has no modules, and nothing of Node’s', () => {
  const run = bareContext()
  const names =
    'process,Buffer,global,require,setImmediate,structuredClone,AbortController,URL,performance,crypto,TextEncoder,TextDecoder'
  for (const name of names.split(',')) expect(run(`typeof ${name}`), name).toBe('undefined')
  expect(run('typeof Symbol.asyncIterator + typeof Symbol.iterator')).toBe('undefinedsymbol')
})

describe.each([
  ['as it is built', 'es2022'],
  // Hermes was late with private fields; Metro's preset of Babel rewrites them, in node_modules too.
  ['with private fields and async functions rewritten', 'es2016'],
])('the bundle %s, in a bare context', (_, target) => {
  let run: (code: string) => unknown

  beforeAll(async () => {
    run = bareContext()
    const script = await bundle('index.ts', {target})
    expect(/#\w+;|async \w+\(/.test(script)).toBe(target === 'es2022')
    run(script)
  })

  test('lives the life that a hub lives in Node', async () => {
    const expected = plain(await here.life())
    expect(plain(await run('page.life()'))).toEqual({...expected, isIterable: false})
    expect(expected.isIterable).toBe(true)
  })

  test('gives up a link that does not close', async () => {
    expect(plain(await run('page.timeout()'))).toEqual({code: 'ERR_CLOSE_TIMEOUT', hasTime: true})
  })

  test('is tested as in Node', async () => {
    const expected = await here.scene()
    expect(plain(await run('page.scene()'))).toEqual(expected)
    expect(expected?.name).toBe('ExpectationError')
  })

  test('replays a log as Node does', () => {
    const text = readFileSync(join(__dirname, '../fixtures/2.0.0/demo.jsonl'), 'utf8')
    expect(plain(run(`page.replay(${JSON.stringify(text)})`))).toEqual(plain(here.replay(text)))
  })
})

test('the bundle runs also where the bundler leaves process.env.NODE_ENV to a process that is not there', async () => {
  const script = await bundle('index.ts', {platform: 'neutral', mainFields: ['browser', 'main']})
  expect(script).toContain('process.env.NODE_ENV')
  const run = bareContext()
  run(script)
  expect(run('typeof process')).toBe('undefined')
  expect(plain(await run('page.scene()'))).toEqual(await here.scene())
})

test('nothing in the bundle is syntax that the preset of React Native does not rewrite', async () => {
  const script = await bundle('index.ts')
  // Static blocks are the part of ES2022 that it leaves to the engine.
  expect(script.match(/\bstatic\s*\{/)).toBeNull()
  // Nor does it know what came after ES2022.
  expect(await bundle('index.ts', {target: 'es2022'})).toBe(await bundle('index.ts', {target: 'esnext'}))
})
