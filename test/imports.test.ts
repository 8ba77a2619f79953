import {readdirSync, readFileSync} from 'node:fs'
import {builtinModules} from 'node:module'
import {dirname, join, relative} from 'node:path'
import {describe, expect, test} from 'vitest'

// The rules of who may import whom.

const root = join(__dirname, '..')

interface Import {
  /** A file of ours without its ending, as `src/events`, or what the import says. */
  readonly from: string
  /** Whether nothing of it is left at run time. */
  readonly isType: boolean
}

/** `import … from`, `export … from` */
const statement = /^(?:import|export)\s+(type\s)?([\w$*{},\s]+?)\sfrom\s+'([^']+)'/gm
/** `import '…'`, `import('…')`, `require('…')` */
const call = /(?:^import\s+|\b(?:import|require)\s*\(\s*)'([^']+)'/gm

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, `${file}.ts`), 'utf8')
  const statements = Array.from(text.matchAll(statement), ([, type, names = '', from = '']) => ({
    from: resolve(file, from),
    isType: type !== undefined || /^\{(\s*type\s[\w\s]+,?)+\s*\}$/.test(names),
  }))
  const calls = Array.from(text.matchAll(call), ([, from = '']) => ({
    from: resolve(file, from),
    isType: false,
  }))
  return [...statements, ...calls]
}

function resolve(file: string, from: string): string {
  if (!from.startsWith('.')) return from
  const path = relative(root, join(root, dirname(file), from)).replaceAll('\\', '/')
  return files.includes(`${path}/index`) ? `${path}/index` : path
}

/** The files of a folder and its folders, without their ending, as `src/events`. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name.replace(/\.ts$/, '')).replaceAll('\\', '/'))
}

const files: readonly string[] = ['src', 'reducers', 'effects'].flatMap(filesIn)
const imports = new Map(files.map((file) => [file, importsOf(file)]))

/** What a file imports, and what that imports, and so on. */
function closureOf(file: string, {types}: {types: boolean}, seen = new Set<string>()): Set<string> {
  for (const {from, isType} of imports.get(file) ?? []) {
    if ((isType && !types) || seen.has(from)) continue
    seen.add(from)
    closureOf(from, {types}, seen)
  }
  return seen
}

const isOurs = (from: string) => imports.has(from)
const isNodes = (from: string) =>
  from.startsWith('node:') || builtinModules.includes(from.replace(/\/.*/, ''))
/** `@noble/hashes` of `@noble/hashes/sha2` */
const packageOf = (from: string) => from.split('/', from.startsWith('@') ? 2 : 1).join('/')

function packagesOf(all: Iterable<string>): string[] {
  return [...new Set([...all].filter((from) => !isOurs(from) && !isNodes(from)).map(packageOf))].sort()
}

const {dependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const both = [{types: true}, {types: false}]

test('the imports are found, and every one of ours is a file', () => {
  expect(imports.get('src/hub')?.map(({from}) => from)).toEqual(
    expect.arrayContaining(['effects/index', 'src/address', 'src/clock', 'src/events', 'src/ledger']),
  )
  expect(imports.get('src/hub')).toContainEqual({from: 'src/events', isType: true})
  expect(imports.get('src/hub')).toContainEqual({from: 'src/ledger', isType: false})
  expect(imports.get('reducers/peer')).toContainEqual({from: 'immer', isType: false})
  for (const [file, all] of imports) {
    const text = readFileSync(join(root, `${file}.ts`), 'utf8')
    expect(all.length, file).toBe(text.match(/\bfrom '|\brequire\(|\bimport\(|\bimport '/g)?.length ?? 0)
    for (const {from} of all)
      expect(isOurs(from) || !/^(\.|src|reducers|effects)/.test(from), from).toBe(true)
  }
})

describe('who may import whom', () => {
  test.each(
    files.filter((file) => file.startsWith('reducers/')),
  )('%s imports immer, other reducers and the events only', (file) => {
    for (const {from} of imports.get(file) ?? []) {
      expect(from).toMatch(/^(immer|reducers\/.*|src\/events)$/)
    }
  })

  test.each(files.filter((file) => file.startsWith('effects/')))('%s imports no reducer', (file) => {
    for (const {from} of imports.get(file) ?? []) expect(from).not.toMatch(/^reducers\//)
    expect([...closureOf(file, {types: false})].filter((from) => from.startsWith('reducers/'))).toEqual([])
  })

  test.each([
    'src/store',
    'src/listeners',
    'src/snapshots',
  ])('%s knows neither peers nor secret-stack', (file) => {
    const strange = /^(effects\/|reducers\/|src\/(stack|strays|live|hub|address|public|ledger)$)/
    for (const {from} of imports.get(file) ?? []) expect(from).not.toMatch(strange)
    expect([...closureOf(file, {types: false})].filter((from) => strange.test(from))).toEqual([])
  })

  test.each([
    'src/log',
    'src/stream',
    'src/question',
    'src/fold',
  ])('%s knows nothing of secret-stack', (file) => {
    const strange = /^(effects\/|src\/(stack|strays|live|hub|ledger)$)/
    expect([...closureOf(file, {types: false})].filter((from) => strange.test(from))).toEqual([])
  })

  test('only the stack touches ssb and rpcs', () => {
    const touch = /\b(?:ssb|rpc)\.(?:connect|addListener|peers|ready|id|close|closed|on|once|stream|meta)\b/
    const touching = files.filter((file) => {
      const code = readFileSync(join(root, `${file}.ts`), 'utf8').replace(
        /\/\*.*?\*\/|\/\/.*|'[^'\n]*'/gs,
        (text) => (text.startsWith('//') ? '' : text.replace(/[^\n]/g, ' ')),
      )
      return touch.test(code)
    })
    expect(touching.filter((file) => !file.startsWith('src/testing'))).toEqual(['src/stack'])
  })

  test('the events import nothing', () => {
    expect(imports.get('src/events')).toEqual([])
  })

  test('only the test kit imports the test kit', () => {
    for (const file of files.filter((file) => !file.startsWith('src/testing'))) {
      for (const {from} of imports.get(file) ?? []) expect(from, file).not.toMatch(/^src\/testing/)
    }
  })

  test('only the files on disk know Node', () => {
    const knowing = files.filter((file) => imports.get(file)?.some(({from}) => isNodes(from)))
    const onDisk = ['src/log-file', ...closureOf('src/log-file', {types: false})]
    for (const file of knowing) expect(onDisk).toContain(file)
  })
})

describe.each(['src/index', 'src/types', 'src/replay', 'src/testing'])('the entry %s', (entry) => {
  test('imports no module of Node’s, nor does what it imports', () => {
    for (const option of both) expect([...closureOf(entry, option)].filter(isNodes)).toEqual([])
  })

  test('imports no package that is not a dependency', () => {
    for (const option of both) {
      for (const name of packagesOf(closureOf(entry, option))) expect(dependencies).toHaveProperty([name])
    }
  })
})

test('the dependencies are the packages that are imported, and no others', () => {
  expect(packagesOf([...imports.values()].flat().map(({from}) => from))).toEqual(
    Object.keys(dependencies).sort(),
  )
})

test('every file is reached from an entry', () => {
  const entries = files.filter((file) => /^src\/(index|types|replay|log-file|testing)$/.test(file))
  const reached = new Set(entries.flatMap((entry) => [entry, ...closureOf(entry, {types: true})]))
  expect(files.filter((file) => !reached.has(file))).toEqual([])
})
