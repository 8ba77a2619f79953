import {execFile} from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {skipForLackOf} from '../machine/lack'
import {npm, ownEnvironment, Unreachable} from '../machine/npm'

// An app that installs ssb-conn and its kin from npm, with this package, as it would be published, in place of
// ssb-conn-hub.

const root = join(__dirname, '../..')
const app = join(__dirname, 'app')
// Whoever installs the package may have such a path.
const folder = mkdtempSync(join(tmpdir(), "ssb-conn-hub it's & ü 日本 "))
const timeout = 90_000

let lack: string | undefined

/** Runs a script of Node's in the app, and returns what it prints. */
async function run(...args: string[]): Promise<string> {
  const options = {cwd: folder, env: ownEnvironment(), timeout}
  const {stdout} = await promisify(execFile)(process.execPath, args, options)
  return stdout
}

/** Runs a script of the app. Returns what it has seen, by name. */
async function seen(script: string): Promise<Record<string, unknown>> {
  const lines = (await run(script)).trim().split('\n')
  return Object.fromEntries(lines.map((line) => JSON.parse(line)))
}

beforeAll(async () => {
  if (!existsSync(join(root, 'lib/index.js'))) await run(join(root, 'build.mjs'))
  const [{filename}] = JSON.parse(await npm(['pack', root, '--json', '--ignore-scripts'], folder))
  const dependencies = {
    'pull-stream': '*',
    'secret-stack': '6.4.2',
    'ssb-conn': '6.0.4',
    'ssb-conn-hub': `file:${filename}`,
    'ssb-conn-query': '1.2.2',
    'ssb-keys': '8.5.0',
    'ssb-room': '1.3.0',
    'ssb-room-client': '2.0.2',
  }
  const overrides = {'ssb-conn-hub': '$ssb-conn-hub'}
  writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, dependencies, overrides}))
  for (const file of readdirSync(app)) copyFileSync(join(app, file), join(folder, file))
  try {
    // One question first: an install asks many, one after the other, and waits for each.
    await npm(['view', `ssb-conn@${dependencies['ssb-conn']}`, 'version'], folder)
    await npm(['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'], folder)
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    lack = `${error.message}.\nRun them where it answers; npm keeps what they need for the next time.`
  }
}, timeout)

skipForLackOf(() => lack)

afterAll(() => rmSync(folder, {recursive: true}))

test('the one ssb-conn-hub in the app is this one', () => {
  const installed = readdirSync(join(folder, 'node_modules'), {recursive: true, encoding: 'utf8'})
  const hubs = installed.filter((path) => path.endsWith('ssb-conn-hub/package.json'))
  expect(hubs).toEqual(['ssb-conn-hub/package.json'])
  const {version} = JSON.parse(readFileSync(join(folder, 'node_modules/ssb-conn-hub/package.json'), 'utf8'))
  expect(version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
})

test('ssb-conn does all that it does, and is told each event once', {timeout}, async () => {
  expect(await seen('conn.cjs')).toEqual({
    connect: true,
    peers: {state: 'connected', note: 'a friend', inferredType: 'lan'},
    database: {note: 'a friend', hasBirth: true, hasStateChange: true},
    query: [true, [true]],
    ping: true,
    disconnect: true,
    'peers after': 0,
    told: ['connecting', 'connected', 'disconnecting', 'disconnected'],
    staged: [[true, 'staged']],
    'staged when connected': 0,
    'the scheduler dials': true,
    refused: 'ECONNREFUSED',
    closed: ['disconnecting', 'disconnected'],
  })
})

test('two clients meet through a room, until it goes away', {timeout}, async () => {
  expect(await seen('room.cjs')).toEqual({
    'the room': {state: 'connected', onlineCount: 2},
    meet: true,
    tunnels: [
      ['connected', true],
      ['connected', true],
    ],
    disconnect: true,
    told: ['connecting tunnel', 'connected tunnel', 'disconnecting tunnel', 'disconnected tunnel'],
    'the room goes away': ['disconnected net', 'disconnected tunnel'],
    closed: true,
  })
})

test('a client of a room is recorded, and replayed exactly', {timeout}, async () => {
  const exact = {commands: true, events: true, tunnels: true}
  expect(await seen('room-recorded.cjs')).toEqual({
    meet: true,
    'replay 1': exact,
    'replay 2': exact,
    'replay 3': exact,
  })
})

describe('the declarations of the packages compile against ours', () => {
  test.each([
    ['typescript-4.7', 'commonjs', 'node'],
    ['typescript', 'node16', 'node16'],
  ])('with %s', async (typescript, module, moduleResolution) => {
    const options = {module, moduleResolution, strict: true, noEmit: true, target: 'es2022', types: []}
    const config = {compilerOptions: {...options, esModuleInterop: true}, files: ['consumer.ts']}
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules', typescript, 'bin/tsc')
    expect(await run(tsc, '-p', folder)).toBe('')
  })
})
