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

/**
 * Where the code lives. A file imports from its own place, or from those that come before it: the folders tell the
 * story of an event in this order.
 */
const places: readonly (readonly [place: string, files: RegExp])[] = [
  ['util', /^src\/util\//],
  ['entry', /^src\/entry$/],
  ['events', /^src\/events$/],
  ['reducers', /^reducers\//],
  ['values', /^src\/values\//],
  ['connections', /^src\/connections\//],
  ['context', /^src\/context$/],
  ['hub-host', /^src\/hub-host$/],
  ['options', /^src\/options$/],
  ['log', /^src\/log\//],
  ['readers', /^src\/readers\//],
  ['store', /^src\/store\//],
  ['outcomes', /^src\/outcomes\//],
  ['commands', /^src\/commands\//],
  ['effects', /^effects\//],
  ['hub', /^src\/hub(-context)?$/],
  ['log-file', /^src\/log-file\//],
  ['replay', /^src\/replay\//],
  ['capsule', /^src\/capsule\//],
  ['testing', /^src\/testing\//],
  ['spans', /^src\/spans\//],
  ['timeline', /^src\/timeline\//],
  ['cli', /^src\/cli\//],
  ['faces', /^src\/(index|types|replay|log-file|capsule|spans|testing|timeline|cli)$/],
]
const orderOf = (file: string) => places.findIndex(([, files]) => files.test(file))
const placeOf = (file: string) => places[orderOf(file)]?.[0] ?? 'nowhere'
const oursOf = (file: string) => (imports.get(file) ?? []).map(({from}) => from).filter(isOurs)
const inPlaces = (...names: string[]) => files.filter((file) => names.includes(placeOf(file)))

test('the imports are found, and every one of ours is a file', () => {
  expect(imports.get('src/hub')?.map(({from}) => from)).toEqual(
    expect.arrayContaining(['effects/index', 'src/values/address', 'src/entry', 'src/store/peer-store']),
  )
  expect(imports.get('src/hub')).toContainEqual({from: 'src/entry', isType: true})
  expect(imports.get('src/hub')).toContainEqual({from: 'src/store/peer-store', isType: false})
  expect(imports.get('reducers/immer')).toContainEqual({from: 'immer', isType: false})
  for (const [file, all] of imports) {
    const text = readFileSync(join(root, `${file}.ts`), 'utf8')
    expect(all.length, file).toBe(text.match(/\bfrom '|\brequire\(|\bimport\(|\bimport '/g)?.length ?? 0)
    for (const {from} of all)
      expect(isOurs(from) || !/^(\.|src|reducers|effects)/.test(from), from).toBe(true)
  }
})

describe('one way', () => {
  test('every file has a place, and every place has files', () => {
    expect(files.filter((file) => orderOf(file) < 0)).toEqual([])
    for (const [place] of places) expect(inPlaces(place), place).not.toEqual([])
  })

  test('a file imports from its own place, or from those before it', () => {
    const upward = files.flatMap((file) =>
      oursOf(file)
        .filter((from) => orderOf(from) > orderOf(file))
        .map((from) => `${file} → ${from}`),
    )
    expect(upward).toEqual([])
  })

  test('no files import each other in a circle, types included', () => {
    expect(files.filter((file) => closureOf(file, {types: true}).has(file))).toEqual([])
  })
})

describe('who may import whom', () => {
  test('reducers import immer, the entry, the events and each other only', () => {
    for (const file of inPlaces('reducers')) {
      for (const {from} of imports.get(file) ?? []) {
        expect(from, file).toMatch(/^(immer|reducers\/.*|src\/(entry|events))$/)
      }
    }
  })

  test('commands, effects and outcomes import no reducer, no log, no reader and no store', () => {
    for (const file of inPlaces('outcomes', 'commands', 'effects')) {
      const all = [...oursOf(file), ...closureOf(file, {types: false})].filter(isOurs)
      for (const from of all)
        expect(['reducers', 'log', 'readers', 'store'], file).not.toContain(placeOf(from))
    }
  })

  test('the store and the streams know nothing of secret-stack', () => {
    const generic = [
      'store/store',
      'store/tell-queue',
      'readers/listeners',
      'readers/live-entries',
      'readers/log-readers',
    ]
    for (const file of generic.map((name) => `src/${name}`)) {
      expect(files).toContain(file)
      const all = [...oursOf(file), ...closureOf(file, {types: false})].filter(isOurs)
      for (const from of all)
        expect(placeOf(from), file).not.toMatch(/^(connections|context|commands|effects|hub)$/)
    }
  })

  test('only stack.ts touches ssb, and only rpc.ts touches rpcs', () => {
    const touch = /\b(ssb|rpc)\.(?:connect|addListener|peers|ready|id|close|closed|on|once|stream|meta)\b/
    const touching = files.filter((file) => {
      const code = readFileSync(join(root, `${file}.ts`), 'utf8').replace(
        /\/\*.*?\*\/|\/\/.*|'[^'\n]*'/gs,
        (text) => (text.startsWith('//') ? '' : text.replace(/[^\n]/g, ' ')),
      )
      return touch.test(code)
    })
    const allowed = ['src/connections/rpc', 'src/connections/stack']
    expect(touching.filter((file) => placeOf(file) !== 'testing' && !allowed.includes(file))).toEqual([])
    expect(touching).toContain('src/connections/stack')
  })

  test('the entry imports nothing', () => {
    expect(imports.get('src/entry')).toEqual([])
  })

  test('only the log in files, the capsule, the timeline and the command know Node', () => {
    const knowing = files.filter((file) => imports.get(file)?.some(({from}) => isNodes(from)))
    const allowed = ['log-file', 'capsule', 'timeline', 'cli']
    expect(knowing.filter((file) => !allowed.includes(placeOf(file)))).toEqual([])
    expect(knowing).not.toEqual([])
  })
})

describe.each([
  'src/index',
  'src/types',
  'src/replay',
  'src/spans',
  'src/testing',
])('the entry %s', (entry) => {
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

test('the page of the timeline uses no module of Node’s, nor does what it imports', () => {
  for (const option of both)
    expect([...closureOf('src/timeline/page/index', option)].filter(isNodes)).toEqual([])
})

test('every file is reached from an entry', () => {
  const entries = files.filter((file) =>
    /^src\/(index|types|replay|log-file|capsule|spans|testing|cli|timeline|timeline\/page\/index)$/.test(
      file,
    ),
  )
  const reached = new Set(entries.flatMap((entry) => [entry, ...closureOf(entry, {types: true})]))
  expect(files.filter((file) => !reached.has(file))).toEqual([])
})
