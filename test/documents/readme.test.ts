import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Script} from 'node:vm'
import pull from 'pull-stream'
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {transitions} from '../../reducers/transitions'
import ConnHub from '../../src/index'
import {forms} from '../../src/log/format'
import * as kit from '../../src/testing'
import {ownFields} from '../../src/values/metadata'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {settled} from '../kit/setup'
import {startPeer} from '../real/peers'
import {freePort} from '../real/sockets'
import {configOf, type Stack} from '../real/versions'

// What the README says is compared with the code, and what it shows is run as it stands there.

const root = join(__dirname, '../..')
const readme = read('README.md')
const recordingPage = read('docs/recording.md')
const testingPage = read('docs/testing.md')
const changelog = read('CHANGELOG.md')
const picture = read('docs/life-cycle.svg')
/** As the README's reader requires: the built package, by its name. */
const load = createRequire(join(root, 'README.md'))

const publicTypes = [
  'connecting',
  'connecting-failed',
  'connected',
  'disconnecting',
  'disconnecting-failed',
  'disconnected',
] as const

/** The life cycle as the code has it: 'absent -connecting-> connecting'. */
const lifeCycle = publicTypes.flatMap((type) => {
  const {from, to} = transitions[type]
  return from.map((state) => `${state} -${type}-> ${to}`)
})

beforeAll(() => {
  if (!existsSync(join(root, 'lib/index.js'))) execFileSync(process.execPath, [join(root, 'build.mjs')])
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

interface Block {
  /** The heading above it. */
  readonly heading: string
  readonly language: string
  readonly code: string
  readonly runnable: boolean
}

const blocks = [readme, recordingPage, testingPage].flatMap(blocksOf)

function blocksOf(markdown: string): Block[] {
  const pattern = /^#+ (.+)$|(<!-- runnable -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm
  let heading = ''
  return [...markdown.matchAll(pattern)].flatMap(([, title, mark, language = '', code = '']) => {
    if (title === undefined) return [{heading, language, code, runnable: mark !== undefined}]
    heading = title
    return []
  })
}

/** The rows of the table below a heading, each an array of cells. */
function tableBelow(heading: string, page = readme): string[][] {
  const [, section] = page.split(`\n${heading}\n`)
  const rows = section?.split('\n#')[0]?.match(/^\|.*\|$/gm) ?? []
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  )
}

function unquote(text = ''): string {
  return text.replace(/`/g, '')
}

describe('the README', () => {
  test('has the two lines to begin with, near its top', () => {
    const top = readme.split('\n## ')[0]
    expect(top).toContain('```sh\nnpm ci && npm run demo\n```')
    expect(top).toContain('```sh\nnpm ci && npm test\n```')
    const {scripts} = JSON.parse(read('package.json'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test', 'format']))
  })

  test('has the life cycle that the code has', () => {
    const rows = tableBelow('## The life cycle of an address')
    expect(rows.map(([from, event, to]) => `${from} -${unquote(event)}-> ${to}`).sort()).toEqual(
      lifeCycle.sort(),
    )
  })

  test('names every error, and no other', () => {
    const codes = read('src/values/errors.ts').match(/^ {2}ERR_\w+(?=:)/gm) ?? []
    expect(codes.length).toBeGreaterThan(10)
    const rows = tableBelow('### Errors')
    expect(rows.map(([code]) => unquote(code)).sort()).toEqual(codes.map((code) => code.trim()).sort())
    const known = new Set(rows.map(([code]) => unquote(code)))
    const mentioned = `${readme}${changelog}`.match(/\bERR_\w+/g) ?? []
    expect(mentioned.filter((code) => !known.has(code))).toEqual([])
  })

  test('describes every method and property of the hub, and no other', () => {
    const methods = Object.getOwnPropertyNames(ConnHub.prototype).filter((name) => name !== 'constructor')
    const headings = readme.match(/^### .*`hub\..*$/gm)?.join() ?? ''
    const described = [...headings.matchAll(/hub\.(\w+)[(`]/g)].map(([, name]) => name)
    expect(described.sort()).toEqual(methods.sort())
  })

  test('describes every option of the constructor, with its default', () => {
    const [, body = ''] = /interface Options \{([^}]*)\}/.exec(read('src/options.ts')) ?? []
    const options = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name)
    const rows = tableBelow('### `new ConnHub(ssb, options?)`')
    expect(rows.map(([name]) => unquote(name)).sort()).toEqual(options.sort())
    for (const [name = '', , value = ''] of rows) {
      const [, inCode] = new RegExp(`\\b${unquote(name)} = default(\\w+)`).exec(read('src/options.ts')) ?? []
      if (inCode) expect(read('src/options.ts').replace(/_/g, '')).toContain(`default${inCode} = ${value}\n`)
    }
  })

  test('describes every field of an entry that is the hub’s own', () => {
    const rows = tableBelow('### The data of an entry')
    expect(rows.map(([name]) => unquote(name)).sort()).toEqual([...ownFields, 'any other'].sort())
  })

  test('describes every event of the log, with its fields', () => {
    const common = ['seq', 'time', 'type', 'address', 'cause', 'key', 'during']
    const described = tableBelow('## Events', recordingPage).map(([type, fields = '']) => {
      const names = Array.from(fields.matchAll(/`(\w+)`/g), ([, name = '']) => name)
      return [unquote(type), names.sort()] as const
    })
    const known = Object.entries(forms).map(([type, fields]) => {
      const names = Object.keys(fields).filter((name) => !common.includes(name))
      return [type, names.sort()] as const
    })
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(known))
  })

  test('describes every option of what records, reads and replays', () => {
    for (const [file, name, page] of [
      ['src/log-file/record-log.ts', 'RecordOptions', recordingPage],
      ['src/log-file/read-options.ts', 'ReadOptions', recordingPage],
      ['src/replay/replay-hub.ts', 'ReplayOptions', recordingPage],
      ['src/replay/replay-hub.ts', 'PlayOptions', recordingPage],
      ['src/readers/log-readers.ts', 'LogOptions', readme],
      ['src/commands/caller.ts', 'ConnectOptions', readme],
    ] as const) {
      const [, body = ''] = new RegExp(`interface ${name}[^{]*\\{([^]*?)\n\\}`).exec(read(file)) ?? []
      const options = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, option = '']) => option)
      expect(options.length, name).toBeGreaterThan(0)
      expect(options.filter((option) => !new RegExp(`\\b${option}\\b`).test(page))).toEqual([])
    }
  })

  test('describes everything that the test kit exports, and nothing else', () => {
    const names = tableBelow('## What is in it', testingPage).flatMap(([cell]) => unquote(cell).split(', '))
    expect(names.sort()).toEqual(Object.keys(kit).sort())
  })

  test('names methods and fields of the fakes that are there', () => {
    const {FakeStack, FakeRpc, VirtualClock} = kit
    const stack = new FakeStack()
    stack.connect('net:h:1', () => {})
    const fakes = {
      FakeStack: stack,
      FakeDial: stack.lastDial,
      FakeRpc: new FakeRpc(''),
      VirtualClock: new VirtualClock(),
    }
    for (const [cell, text = ''] of tableBelow('## What is in it', testingPage)) {
      const fake = fakes[unquote(cell) as keyof typeof fakes]
      const calls = [...text.matchAll(/`(\w+)\(/g)].map(([, name = '']) => name)
      if (fake) expect(calls.filter((name) => !(name in fake))).toEqual([])
      if (fake) expect(calls.length).toBeGreaterThan(1)
    }
  })

  test('leads to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path)
    const folders = tableBelow('## Development').flatMap(([cell]) => cell?.match(/[\w/]+\//g) ?? [])
    expect(links).toContain('docs/life-cycle.svg')
    for (const path of [...links, ...folders]) expect(existsSync(join(root, path)), path).toBe(true)
    for (const [path] of readme.matchAll(/\bsrc\/\w+\.ts\b/g))
      expect(existsSync(join(root, path)), path).toBe(true)
  })
})

describe('the picture of the life cycle', () => {
  test('has the arrows that the code has, each with its name', () => {
    const arrows = picture.split('<g ').slice(1)
    const drawn = arrows.map((arrow) => {
      const [, from, event, to] = /^data-from="(.+?)" data-event="(.+?)" data-to="(.+?)"/.exec(arrow) ?? []
      expect(arrow).toMatch(new RegExp(`<text class="event[^>]*>${event}</text>`))
      return `${from} -${event}-> ${to}`
    })
    expect(drawn.sort()).toEqual(lifeCycle.sort())
  })

  test('names every event and every state', () => {
    const texts = [...picture.matchAll(/<text class="(event|state)[^>]*>([^<]+)</g)]
    const named = (kind: string) => new Set(texts.flatMap(([, of, text]) => (of === kind ? [text] : [])))
    expect(named('event')).toEqual(new Set(publicTypes))
    expect(named('state')).toEqual(new Set(['absent', 'connecting', 'connected', 'disconnecting']))
  })
})

describe('the changelog', () => {
  test('begins with the version of the package', () => {
    const {version} = JSON.parse(read('package.json'))
    expect(/^## \[?([\w.-]+)/m.exec(changelog)?.[1]).toBe(version)
  })
})

describe('the code in the README', () => {
  const snippets = blocks.filter(({language}) => language === 'js')

  test.each(snippets.map(({heading, code}) => [heading, code]))('parses: %s', (_heading, code) => {
    if (!/^import /m.test(code)) {
      // In a function, where `await` may stand.
      return void new Script(`async () => {${code}\n}`)
    }
    const path = join(temporaryFolder(), 'block.mjs')
    writeFileSync(path, code)
    execFileSync(process.execPath, ['--check', path])
  })

  test('in TypeScript compiles for whoever has the package installed', () => {
    const folder = temporaryFolder()
    const modules = join(folder, 'node_modules')
    mkdirSync(modules)
    symlinkSync(root, join(modules, 'ssb-conn-hub'), 'junction')
    const code = blocks.filter(({language}) => language === 'ts').map(({code}) => code)
    expect(code.length).toBeGreaterThan(0)
    for (const [i, text] of code.entries()) writeFileSync(join(folder, `block${i}.ts`), text)
    const options = {strict: true, module: 'node20', target: 'es2022', lib: ['es2022', 'dom'], types: []}
    writeFileSync(join(folder, 'package.json'), '{}')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({compilerOptions: {...options, noEmit: true}}),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', folder], {encoding: 'utf8'})
  })

  test('of a plugin works on a real peer', async () => {
    const lines: string[] = []
    const module = {exports: {}}
    await run(blockBelow('Use'), {module, console: consoleTo(lines)})
    const other = await startPeer('secret-stack')
    const ssb = await startWith(module.exports)
    const rpc = await new Promise((resolve, reject) => {
      ssb.connections.connect(other.address, (error, rpc) => (error ? reject(error) : resolve(rpc)))
    })
    expect(rpc).toMatchObject({id: other.id})
    expect([...ssb.connections.hub().entries()]).toMatchObject([[other.address, {note: 'asked for'}]])
    expect(lines).toEqual([`connecting ${other.address}`, `connected ${other.address}`])
    await new Promise((resolve) => ssb.close(true, resolve))
    expect(() => ssb.connections.hub().entries()).toThrow(expect.objectContaining({code: 'ERR_CLOSED'}))
  })

  /** The recipes, in their order: what is done after each, and what it has printed then. */
  const recipes: Record<string, Recipe> = {
    'Get the rpc': {
      after({hub, stack, address}) {
        void hub.connect(address)
        stack.lastDial.succeed()
        stack.incoming('carol', 'net:192.0.2.1:5000')
      },
      prints: ({stack, address}) => [
        `${address} we dialled ${stack.lastDial.rpc().id}`,
        expect.stringMatching(/^net:192\.0\.2\.1:5000 they dialled @.*\.ed25519$/),
      ],
    },
    'Give up on a slow dial': {
      prints: () => ['TimeoutError'],
    },
    'Attach metadata': {
      after({stack}) {
        stack.lastDial.succeed()
      },
      prints: () => ['connecting makes tea'],
    },
    'Watch the table': {
      after({hub, stack, address}) {
        void hub.connect(address)
        stack.lastDial.succeed()
      },
      prints: () => ['0 of 0 connected', '0 of 1 connected', '1 of 1 connected'],
    },
    'Keep at most so many connections': {
      after({hub, stack}) {
        for (const name of ['a', 'b', 'c', 'd', 'e']) stack.incoming(name, addressOf(name))
        expect([...hub.entries()].map(([address]) => address)).toEqual(
          ['a', 'b', 'c'].map((name) => addressOf(name)),
        )
      },
      prints: () => [],
    },
    'Read the log, and fold it': {
      prints: () => ['0 entries after 0 events'],
    },
    'Test without a network': {
      prints: () => [],
    },
    Record: {
      before({stack}) {
        stack.onDial = (dial) => dial.succeed()
      },
      prints: ({hub}) => [JSON.stringify(hub.snapshot().entries)],
    },
    'Expect what follows': {
      prints: () =>
        blocks.flatMap(({heading, language, code}) =>
          heading === 'Expect what follows' && language === '' ? [code.trimEnd()] : [],
        ),
    },
  }

  test('is run where it is marked as runnable', () => {
    const marked = blocks.flatMap(({heading, runnable}) => (runnable ? [heading] : []))
    expect(marked).toEqual(['Use', ...Object.keys(recipes)])
  })

  test.each(Object.entries(recipes))('of a recipe works: %s', async (heading, {before, after, prints}) => {
    const scene = setScene()
    const lines: string[] = []
    before?.(scene)
    await run(blockBelow(heading), {...scene, pull, console: consoleTo(lines)})
    after?.(scene)
    await settled()
    expect(lines).toEqual(prints(scene))
  })
})

interface Recipe {
  readonly before?: (scene: Scene) => void
  readonly after?: (scene: Scene) => void
  readonly prints: (scene: Scene) => string[]
}

interface Scene {
  readonly hub: InstanceType<typeof ConnHub>
  readonly stack: FakeStack
  readonly address: string
  /** Where a file may be written. */
  readonly path: string
}

function setScene(): Scene {
  const stack = new FakeStack()
  const hub: Scene['hub'] = new (load('ssb-conn-hub'))(stack)
  onTestFinished(() => hub.close())
  return {hub, stack, address: addressOf('bob'), path: join(temporaryFolder(), 'hub.jsonl')}
}

function blockBelow(heading: string): string {
  const found = blocks.filter((block) => block.heading === heading && block.language === 'js')
  expect(found, heading).toHaveLength(1)
  return found[0]?.code ?? ''
}

/** Runs code as the body of a module in which these names are known. */
function run(code: string, names: Record<string, unknown>): Promise<void> {
  const known = {require: load, ...names}
  const body = new Script(`(async ({${Object.keys(known)}}) => {${code}\n})`).runInThisContext()
  return body(known)
}

function consoleTo(lines: string[]) {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  const print = (...values: unknown[]) => void lines.push(values.map(text).join(' '))
  return {log: print, error: print}
}

interface Connections {
  hub(): Scene['hub']
  connect(address: string, callback: (error: unknown, rpc?: unknown) => void): void
}

/** A real peer that uses this plugin. */
async function startWith(plugin: object): Promise<Stack & {connections: Connections}> {
  const config = configOf('secret-stack', {host: '127.0.0.1', port: await freePort()})
  const ssb = load('secret-stack')({}).use(plugin)(config)
  onTestFinished(() => ssb.closed || new Promise<void>((resolve) => ssb.close(true, () => resolve())))
  await once(ssb, 'multiserver:listening')
  return ssb
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  return folder
}
