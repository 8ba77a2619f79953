import {spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {type EventEmitter, once} from 'node:events'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {describe, expect, onTestFinished, test} from 'vitest'
import {decode, fold} from '../../src/replay'
import {temporaryFolder} from '../kit/folder'
import {freePort} from '../real/sockets'

interface Stack extends EventEmitter {
  getAddress(scope: string): string
  close(error: unknown, callback: () => void): void
}

const load = createRequire(__filename)
const createStack: (defaults: object) => (config: object) => Stack = load('secret-stack')
const caps: {shs: string} = load('ssb-caps')
const ssbKeys: {generate(): {public: string}} = load('ssb-keys')

const root = join(__dirname, '../..')
const ansi = '\u001b['
const wholeKey = /[\w+/-]{43}=/

/** Runs the demo as `npm run demo` does, with its output in pipes. */
async function runDemo(args: string[] = [], settings: NodeJS.ProcessEnv = {}, nodeOptions: string[] = []) {
  const {NO_COLOR, FORCE_COLOR, DEBUG, NODE_OPTIONS, ...env} = process.env
  const options = {cwd: root, env: {...env, ...settings}}
  const child = spawn(process.execPath, [...nodeOptions, 'examples/demo.mjs', ...args], options)
  onTestFinished(() => void child.kill())
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return {stdout, stderr, code}
}

/** Runs the demo after some code that breaks what it relies on. */
function runSpoiltDemo(code: string) {
  const require = `import {createRequire} from 'node:module'\nconst require = createRequire(${JSON.stringify(`${root}/`)})\n`
  return runDemo([], {}, ['--import', `data:text/javascript,${encodeURIComponent(require + code)}`])
}

/** What the demo showed: chapters and events, in order. */
function storyOf(stdout: string): string[] {
  return stdout.split('\n').flatMap((line) => {
    const [, chapter] = /^ {2}\d {2}(.+) ─+$/.exec(line) ?? []
    const [, type, name] = /^ {2}\S ((?:dis)?connect(?:ing|ed)(?:-failed)?) +(\S+) /.exec(line) ?? []
    return chapter ? [`# ${chapter}`] : type ? [`${type} ${name}`] : []
  })
}

/** The rows of the peer table below an event: name, state, in or out, type and metadata. */
function tableBelow(stdout: string, event: RegExp): string[] {
  const [, after = ''] = stdout.split(event)
  const [table = ''] = after.slice(after.indexOf('\n') + 1).split('\n\n')
  const rows = table.split('\n').filter((line) => !line.includes('METADATA'))
  return rows.map((row) => row.replace(/^ *│ |net:\S+/g, '').replace(/ +/g, ' '))
}

/** The log that a demo kept, whole. */
function readLog(path: string) {
  const {events, torn} = decode(readFileSync(path))
  expect(torn).toBeUndefined()
  return {events, types: events.map(({type}) => type), end: fold(events)}
}

/** A peer of the main network. */
async function startPeer(): Promise<string> {
  const incoming = {net: [{scope: 'device', transform: 'shs', host: '127.0.0.1', port: await freePort()}]}
  const connections = {incoming, outgoing: {net: [{transform: 'shs'}]}}
  const stack = createStack({})({global: {caps, keys: ssbKeys.generate(), connections}})
  onTestFinished(() => new Promise<void>((resolve) => stack.close(true, resolve)))
  await once(stack, 'multiserver:listening')
  return stack.getAddress('device')
}

/** The address of a peer that is not running. */
async function absentAddress(): Promise<string> {
  const {public: key} = ssbKeys.generate()
  return `net:127.0.0.1:${await freePort()}~shs:${key.replace('.ed25519', '')}`
}

describe('the demo without an address', () => {
  test('shows every chapter and its events in order, and ends well', async () => {
    const {stdout, stderr, code} = await runDemo()
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(storyOf(stdout)).toEqual([
      ...['# A connect', 'connecting Bob', 'connected Bob'],
      ...['# A refused connect', 'connecting Dave', 'connecting-failed Dave'],
      ...['# Both sides dial at once', 'connecting Carol', 'connected Carol'],
      ...['disconnected Carol', 'connected Carol'],
      ...['# A disconnect', 'disconnecting Bob', 'disconnected Bob'],
      ...['# Metadata', 'connecting Bob', 'connected Bob'],
      ...['# A remote that dies', 'disconnected Carol'],
      ...['# A reset', 'connecting Carol', 'disconnecting Bob', 'disconnected Bob'],
      ...['disconnecting Carol', 'disconnected Carol'],
      '# A replay',
    ])
    expect(stdout).toContain('All as it should be')
  })

  test('shows the peer table as it is after each event, and after an update', async () => {
    const {stdout} = await runDemo()
    expect(tableBelow(stdout, /connecting +Bob/)).toEqual(['Bob connecting'])
    expect(tableBelow(stdout, /connected +Bob/)).toEqual(['Bob connected out lan'])
    expect(tableBelow(stdout, /connecting +Dave/)).toEqual(['Bob connected out lan', 'Dave connecting'])
    expect(tableBelow(stdout, /connecting-failed +Dave/)).toEqual(['Bob connected out lan'])
    expect(tableBelow(stdout, /hub\.update.*\n/)).toEqual([
      expect.stringMatching(/^Carol connected (in|out) lan$/),
      'Bob connected out friend note: makes tea',
    ])
  })

  test('in a pipe it is plain text, with names and short keys', async () => {
    const {stdout} = await runDemo()
    expect(stdout).not.toContain(ansi)
    expect(stdout).not.toMatch(wholeKey)
    expect(stdout).toMatch(/^ {2}Alice +net:127\.0\.0\.1:\d+~shs:\S{6}…$/m)
  })

  test('fits into 60 columns', async () => {
    const {stdout} = await runDemo([], {COLUMNS: '60'})
    expect(stdout.split('\n').filter((line) => line.length > 60)).toEqual([])
    expect(tableBelow(stdout, /hub\.update.*\n/)).toContainEqual('Bob connected out friend note: makes tea')
    expect(stdout).toContain('All as it should be')
  })

  test('FORCE_COLOR asks for colours, and NO_COLOR forbids them', async () => {
    const colored = await runDemo([], {FORCE_COLOR: '1'})
    expect(colored.stdout).toContain(`${ansi}32m● connected `)
    expect(colored.stdout).toContain(`${ansi}31m✗ connecting-failed `)
    const plain = await runDemo([], {FORCE_COLOR: '1', NO_COLOR: '1'})
    expect(plain.stdout).not.toContain(ansi)
  })

  test('says why, and fails, where no port can be bound', async () => {
    const {stderr, code} = await runSpoiltDemo(`
      require('node:net').Server.prototype.listen = function () {
        process.nextTick(() => this.emit('error', new Error('no ports today')))
        return this
      }
    `)
    expect(stderr).toBe('demo: could not find a free port: no ports today\n')
    expect(code).toBe(1)
  })

  test('says in which chapter it was, and fails, where what it claims is not true', async () => {
    const {stdout, stderr, code} = await runSpoiltDemo("require('./lib').prototype.update = () => true")
    expect(stderr).toMatch(/^demo: chapter 5, "Metadata": this turned out not to be true: The note changed/)
    expect(stdout).not.toContain('All as it should be')
    expect(code).toBe(1)
  })
})

describe('the log of the demo', () => {
  const compared = /^ {2}✓ (\d+) events, ([\d,]+) bytes: both tables equal .* at every event\.$/m

  test('is replayed in the end, and gives the same tables', async () => {
    const {stdout} = await runDemo()
    expect(stdout).toMatch(compared)
  })

  test('is kept where --keep says, and can be read, folded and counted', async () => {
    const path = join(temporaryFolder(), 'demo.jsonl')
    const {stdout, stderr, code} = await runDemo(['--keep', path])
    expect({stderr, code}).toEqual({stderr: '', code: 0})
    expect(stdout).toContain(`the log is in ${path}\n`)
    const {events, types, end} = readLog(path)
    const [, counted, bytes] = compared.exec(stdout) ?? []
    expect([counted, bytes?.replace(',', '')]).toEqual([
      String(events.length - 1),
      String(readFileSync(path).length),
    ])
    expect(types).toEqual(expect.arrayContaining(['reserved', 'updated', 'reset']))
    expect([types.at(0), types.at(-1)]).toEqual(['checkpoint', 'closed'])
    expect(end).toMatchObject({seq: events.length - 1, entries: []})
  })

  test('is in a temporary folder otherwise, of which nothing is left, also where the demo fails', async () => {
    const folder = temporaryFolder()
    const address = await absentAddress()
    const results = await Promise.all([runDemo([], {TMPDIR: folder}), runDemo([address], {TMPDIR: folder})])
    expect(results.map(({code}) => code)).toEqual([0, 1])
    expect(readdirSync(folder)).toEqual([])
  })

  test('is never written over a file that is there', async () => {
    const path = join(temporaryFolder(), 'precious')
    writeFileSync(path, 'old')
    const {stdout, stderr, code} = await runDemo(['--keep', path])
    expect({stdout, code}).toEqual({stdout: '', code: 1})
    expect(stderr).toBe(`demo: ${path} is there already, and a log is never written over\n`)
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(existsSync(`${path}.1`)).toBe(false)
  })

  test('that cannot be written makes the demo fail, and says so', async () => {
    const path = join(temporaryFolder(), 'no such folder', 'demo.jsonl')
    const {stderr, code} = await runDemo(['--keep', path])
    expect(stderr).toMatch(/^demo: chapter 8, "A replay": could not record the log: .*ENOENT.*\n$/)
    expect(code).toBe(1)
  })

  test.each([
    ['steps', "require('./lib/replay').ReplayHub.prototype.snapshot = () => ({seq: 0, entries: []})"],
    [
      'folds',
      "require('./lib/reducers/versioned-table').VersionedTable.prototype.snapshot = () => ({seq: 0, entries: []})",
    ],
  ])('that %s to another table makes the demo fail', async (_, code) => {
    const result = await runSpoiltDemo(code)
    expect(result.stderr).toMatch(/^demo: chapter 8, "A replay": this turned out not to be true: \d+ events/)
    expect(result.code).toBe(1)
  })

  test('of a dial is kept and compared as well', async () => {
    const path = join(temporaryFolder(), 'dial.jsonl')
    const {stdout, stderr, code} = await runDemo([await startPeer(), '--keep', path])
    expect({stderr, code}).toEqual({stderr: '', code: 0})
    expect(stdout).toMatch(/^ {2}✓ 6 events, [\d,]+ bytes: .* the same at every event\.$/m)
    const {types} = readLog(path)
    const told = ['connecting', 'connected', 'disconnecting', 'disconnected']
    expect(types).toEqual(['checkpoint', ...told, 'reset', 'closed'])
  })

  test('of a dial that failed is kept', async () => {
    const path = join(temporaryFolder(), 'dial.jsonl')
    const {code} = await runDemo(['--keep', path, await absentAddress()])
    expect(code).toBe(1)
    expect(readLog(path).types.slice(1, 3)).toEqual(['connecting', 'connecting-failed'])
  })

  test('has a mark in place of a seed', async () => {
    const seed = randomBytes(32).toString('base64')
    const path = join(temporaryFolder(), 'dial.jsonl')
    const {stderr, code} = await runDemo([`${await startPeer()}:${seed}`, '--keep', path])
    expect({stderr, code}).toEqual({stderr: '', code: 0})
    expect(readFileSync(path, 'utf8')).toMatch(/:seed-[0-9a-f]{16}"/)
    expect(readFileSync(path, 'utf8')).not.toContain(seed.slice(0, 8))
  })
})

describe('the demo with an address', () => {
  test('connects to a real peer, and disconnects', async () => {
    const address = await startPeer()
    const {stdout, stderr, code} = await runDemo([address])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const name = `@${/shs:(.{6})/.exec(address)?.[1]}…`
    expect(storyOf(stdout)).toEqual(
      ['connecting', 'connected', 'disconnecting', 'disconnected'].map((type) => `${type} ${name}`),
    )
  })

  test('never shows the seed of an address, whether it connects or not', async () => {
    const seed = randomBytes(32).toString('base64')
    const [live, absent] = [await startPeer(), await absentAddress()]
    const unknown = absent.replace('net:', 'smoke:')
    const run = (address: string) => runDemo([`${address}:${seed}`], {DEBUG: '*'})
    const results = await Promise.all([live, absent, unknown].map(run))
    expect(results.map(({code}) => code)).toEqual([0, 1, 1])
    for (const {stdout, stderr} of results) {
      expect(stdout).toContain('connecting')
      expect(stdout + stderr).not.toContain(seed.slice(0, 8))
    }
  })

  test('a refused connect fails with its reason', async () => {
    const {stdout, stderr, code} = await runDemo([await absentAddress()])
    expect(stderr).toMatch(/^demo: connect\(\) failed: connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/)
    expect(code).toBe(1)
    expect(storyOf(stdout)).toEqual([
      expect.stringMatching(/^connecting @/),
      expect.stringMatching(/^connecting-failed @/),
    ])
  })

  test('an address that is none fails with that reason', async () => {
    const {stderr, code} = await runDemo(['not an address'])
    expect(stderr).toMatch(
      /^demo: connect\(\) failed: The given address is not a valid multiserver-address: [^\n]*\n$/,
    )
    expect(code).toBe(1)
  })
})

describe('the command line of the demo', () => {
  test.each([
    ['an unknown flag', ['--faster'], "Unknown option '--faster'"],
    ['a second address', ['net:a:1~shs:x', 'net:b:2~shs:y'], 'one address at a time'],
    ['--keep without a file', ['--keep'], "'--keep <value>' argument missing"],
    ['--keep with nothing', ['--keep', ''], '--keep needs the name of a file'],
  ])('%s is answered with one line, as an error', async (_, args, reason) => {
    const {stdout, stderr, code} = await runDemo(args)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^demo: .*; --help shows the options\n$/)
    expect(stderr).toContain(reason)
    expect(code).toBe(2)
  })

  test('--help prints the usage', async () => {
    const {stdout, stderr, code} = await runDemo(['--help'])
    expect(stdout).toMatch(/^Usage: npm run demo/)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})
