import {execFile} from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import * as kit from '../../src/testing'
import {compilerOf, fetchCompilers} from './compilers'

// What is published: the packed file is what is looked at, installed and run.

const root = join(__dirname, '../..')
const modules = join(root, 'node_modules')
const app = join(__dirname, 'app')
// Whoever installs the package may have such a path.
const folder = mkdtempSync(join(tmpdir(), "ssb-conn-hub it's & ü 日本 "))
const installed = join(folder, 'node_modules/ssb-conn-hub')
let tarball = ''
let files: {readonly path: string; readonly size: number}[] = []

async function run(file: string, ...args: string[]): Promise<string> {
  const {NODE_OPTIONS, ...others} = process.env
  const env = Object.fromEntries(Object.entries(others).filter(([name]) => !/^(VITEST|npm_)/.test(name)))
  const {stdout} = await promisify(execFile)(file, args, {cwd: folder, env, maxBuffer: 1e8})
  return stdout
}

/** The packages that are installed with this one, by what the lock says. */
const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
const production = Object.entries<{readonly dev?: boolean; readonly devOptional?: boolean}>(locked)
  .filter(([path, {dev, devOptional}]) => path !== '' && !dev && !devOptional)
  .map(([path]) => path.replace('node_modules/', ''))

beforeAll(async () => {
  if (!existsSync(join(root, 'lib/index.js'))) await run(process.execPath, join(root, 'build.mjs'))
  const [packed] = JSON.parse(
    await run('npm', 'pack', root, '--json', '--ignore-scripts', '--loglevel=error'),
  )
  tarball = join(folder, packed.filename)
  files = packed.files
  mkdirSync(installed, {recursive: true})
  await run('tar', '-xzf', tarball, '--strip-components=1', '-C', installed)
  // What npm would install with it, and what an app has.
  const plugins = ['@types/pull-stream', 'ssb-conn-db', 'ssb-conn-staging']
  for (const name of [...production, ...plugins, 'secret-stack', 'ssb-keys']) {
    if (name.includes('/')) mkdirSync(join(folder, 'node_modules', name, '..'), {recursive: true})
    symlinkSync(join(modules, name), join(folder, 'node_modules', name), 'junction')
  }
  for (const file of readdirSync(app)) copyFileSync(join(app, file), join(folder, file))
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
}, 60_000)

afterAll(() => rmSync(folder, {recursive: true}))

describe('the packed file', () => {
  test('has the build, the declarations, the page of the timeline, the README, the changelog and the licence, and nothing else', () => {
    const others = files.map(({path}) => path).filter((path) => !/^lib\/[\w/-]+\.(js|d\.ts)$/.test(path))
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'lib/src/timeline/page.html.br',
      'package.json',
    ])
  })

  test('names no folder of the machine that it was built on', () => {
    for (const {path} of files) expect(readFileSync(join(installed, path), 'utf8')).not.toContain(root)
  })

  test('stays within its budget', () => {
    expect(statSync(tarball).size).toBeLessThan(247_000)
    expect(files.reduce((sum, {size}) => sum + size, 0)).toBeLessThan(790_000)
  })

  test('has nothing that publint finds fault with', async () => {
    const {publint} = await import('publint')
    const bytes = readFileSync(tarball)
    const {buffer, byteOffset, length} = bytes
    const packed = {tarball: buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer}
    expect((await publint({pack: packed, strict: true})).messages).toEqual([])
  })

  test('has declarations that are those of its code, however they are looked up', {
    timeout: 60_000,
  }, async () => {
    const cli = join(modules, '@arethetypeswrong/cli/dist/index.js')
    const {analysis} = JSON.parse(await run(process.execPath, cli, tarball, '--format', 'json'))
    expect(analysis.problems).toEqual([])
    expect(Object.keys(analysis.entrypoints)).toContain('./testing')
  })

  test('says “any” nowhere in its declarations, but of the details of an event of unknown type', () => {
    const saying = files
      .filter(({path}) => path.endsWith('.d.ts'))
      .flatMap(({path}) => {
        const code = readFileSync(join(installed, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
        return code.match(/.*\bany\b.*/g) ?? []
      })
    expect(saying.map((line) => line.trim())).toEqual(['readonly details: any;'])
  })
})

describe('the package, installed from it,', () => {
  test('connects real peers, records its log, and folds it', async () => {
    expect(JSON.parse(await run(process.execPath, 'life.cjs'))).toEqual({
      id: true,
      during: [['connected', 'x']],
      types: ['checkpoint', 'connecting', 'connected', 'disconnecting', 'disconnected', 'reset', 'closed'],
    })
  })

  test('can be imported name by name', async () => {
    const {main, types, logFile, replay, testing} = JSON.parse(await run(process.execPath, 'names.mjs'))
    expect(main).toEqual(['function', true])
    expect(types).toContain('ConnHubError')
    expect(logFile).toEqual(expect.arrayContaining(['LogFileError', 'readLog', 'recordLog']))
    expect(replay).toEqual(expect.arrayContaining(['ReplayHub', 'decode', 'encode', 'fold', 'snapshots']))
    expect(testing).toBe(Object.keys(kit).length)
  })

  describe('is typed for its users, and for plugins that were written for 1.2.1,', () => {
    beforeAll(async () => {
      await fetchCompilers()
      // The sources of a plugin, as they were built with 1.2.1.
      cpSync(join(modules, 'ssb-conn-query/src'), join(folder, 'query'), {recursive: true})
      // The other kind of module has the same imports.
      copyFileSync(join(app, 'imports.ts'), join(folder, 'imports.mts'))
    }, 120_000)

    test.for([
      ['4.2', 'commonjs', 'node'],
      ['4.4', 'commonjs', 'node'],
      ['4.7', 'commonjs', 'node'],
      ['4.7', 'node16', 'node16'],
      ['5.0', 'node16', 'node16'],
      ['5.4', 'commonjs', 'node'],
      ['5.9', 'nodenext', 'nodenext'],
      ['7', 'node16', 'node16'],
      ['7', 'nodenext', 'nodenext'],
      ['7', 'preserve', 'bundler'],
    ] as const)(
      'with TypeScript %s and %s/%s',
      {timeout: 120_000},
      async ([version, module, moduleResolution], {skip}) => {
        const compiler = compilerOf(version)
        if (!compiler) return skip(`TypeScript ${version} is not here, and could not be fetched`)
        const files = ['types.ts', 'pull-streams.ts', 'plugins.ts', 'query/index.ts', 'imports.ts']
        if (module.startsWith('node')) files.push('imports.mts')
        const options = {module, moduleResolution, target: 'es2018', lib: ['es2018', 'dom'], types: []}
        const compilerOptions = {...options, strict: true, esModuleInterop: true, noEmit: true}
        const config = join(folder, `${version}-${module}.json`)
        writeFileSync(config, JSON.stringify({compilerOptions, files}))
        const said = await run(process.execPath, compiler, '-p', config).catch(({stdout}) => stdout)
        expect(said).toBe('')
      },
    )

    test('built as plugins are, without the interoperation of ES modules', {timeout: 60_000}, async () => {
      const options = {module: 'commonjs', moduleResolution: 'node', target: 'es2018', types: []}
      const compilerOptions = {...options, strict: true, noEmit: true}
      const files = ['plugins.ts', 'pull-streams.ts', 'query/index.ts']
      writeFileSync(join(folder, 'plugins.json'), JSON.stringify({compilerOptions, files}))
      const compiler = compilerOf('4.7') ?? ''
      const said = await run(process.execPath, compiler, '-p', 'plugins.json').catch(({stdout}) => stdout)
      expect(said).toBe('')
    })
  })
})

test('what is installed with the package is this, and nothing else', () => {
  // A newcomer is asked about first: its age, its size, its open bugs. For advisories there is audit.mjs.
  expect(production).toEqual([
    '@noble/hashes',
    'commander',
    'debug',
    'discontinuous-range',
    'immer',
    'ipaddr.js',
    'moo',
    'ms',
    'multiserver-address',
    'nearley',
    'pull-notify',
    'pull-pushable',
    'pull-stream',
    'railroad-diagrams',
    'randexp',
    'ret',
  ])
})
