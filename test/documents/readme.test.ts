import {execFile, execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {Script} from 'node:vm'
import pull from 'pull-stream'
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {transitions} from '../../reducers/transitions'
import ConnHub from '../../src/index'
import {forms} from '../../src/log/format'
import * as kit from '../../src/testing'
import {ownFields} from '../../src/values/metadata'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {temporaryFolder} from '../kit/folder'
import {settled} from '../kit/setup'
import {freePort} from '../real/sockets'

// What the README says is compared with the code, and what it shows is run as it stands there.

const root = join(__dirname, '../..')
const readme = read('README.md')
const typesPage = read('docs/api/types.md')
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

const pages = [
  'architecture',
  'browsers',
  'from-1.2',
  'recipes',
  'recording',
  'reliability',
  'runtimes',
  'testing',
]
const blocks = [readme, ...pages.map((page) => read(`docs/${page}.md`))].flatMap(blocksOf)

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

  test('is short: a front door', () => {
    expect(readme.split(/\s+/).length).toBeLessThan(1600)
  })

  test('names every method and property of the hub, and no other', () => {
    const own = ConnHub.prototype
    const methods = [own, Object.getPrototypeOf(own)]
      .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
      .filter((name) => name !== 'constructor')
    const named = tableBelow('## The API in short').flatMap(([cell = '']) =>
      Array.from(cell.matchAll(/hub\.(\w+)/g), ([, name]) => name),
    )
    expect(named.sort()).toEqual(methods.sort())
  })

  test('names every option of the constructor, and every field of an entry that is the hub’s own', () => {
    const [, body = ''] = /interface Options \{([^}]*)\}/.exec(read('src/options.ts')) ?? []
    const options = Array.from(body.matchAll(/readonly (\w+)\?:/g), ([, name]) => name)
    expect(readme).toContain(`\`new ConnHub(ssb, {${options.join(', ')}})\``)
    for (const field of ownFields) expect(readme).toContain(`\`${field}\``)
  })
})

describe('the other pages', () => {
  test('name every error, and no other', () => {
    const codes = read('src/values/errors.ts').match(/^ {2}ERR_\w+(?=:)/gm) ?? []
    expect(codes.length).toBeGreaterThan(10)
    const [, section = ''] = typesPage.split('\n## ErrorCode\n')
    const rows = section.split('\n***')[0]?.match(/^\| `ERR_\w+`/gm) ?? []
    const known = rows.map((row) => unquote(row.slice(2)))
    expect([...known].sort()).toEqual(codes.map((code) => code.trim()).sort())
    const mentioned = [...blocks.map(({code}) => code), readme, changelog].join().match(/\bERR_\w+/g) ?? []
    expect(mentioned.filter((code) => !known.includes(code))).toEqual([])
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
      ['src/replay/options.ts', 'ReplayOptions', recordingPage],
      ['src/replay/options.ts', 'PlayOptions', recordingPage],
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
  test('begins with the version of the package, or with what is not released yet', () => {
    const {version} = JSON.parse(read('package.json'))
    const [first, second] = Array.from(changelog.matchAll(/^## \[?([\w.-]+)/gm), ([, name]) => name)
    expect(first === 'Unreleased' ? second : first).toBe(version)
  })
})

describe('the code in the README', () => {
  const snippets = blocks.filter(({language}) => language === 'js')

  test.each(snippets.map(({heading, code}) => [heading, code]))('parses as pasted: %s', (_heading, code) => {
    // CommonJS has no `await` outside of functions, an ES module no `require` that it did not make.
    if (/\brequire\(/.test(code) && !/^import /m.test(code))
      return void new Script(`(function () {${code}\n})`)
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

  test('of the app runs as pasted', async () => {
    const folder = temporaryFolder()
    // The dependencies are found where a user has them: in the folder, or above it.
    const modules = join(folder, 'node_modules')
    mkdirSync(modules)
    const code = blockBelow('An app')
    for (const [, name = ''] of code.matchAll(/require\('([\w-]+)'\)/g)) {
      const target = name === 'ssb-conn-hub' ? root : join(root, 'node_modules', name)
      symlinkSync(target, join(modules, name), 'junction')
    }
    const ports = [await freePort(), await freePort()]
    expect(code).toContain('start(8010), start(8011)')
    writeFileSync(join(folder, 'app.js'), code.replace('8010', `${ports[0]}`).replace('8011', `${ports[1]}`))
    const {NODE_OPTIONS, DEBUG, ...env} = process.env
    const {stdout, stderr} = await promisify(execFile)(process.execPath, ['app.js'], {cwd: folder, env})
    expect(stderr).toBe('')
    const told = stdout.match(/^[a-z]+ net:/gm)?.map((line) => line.replace(' net:', ''))
    expect(told).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    expect(stdout).toContain("note: 'likes tea'")
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
    expect(marked).toEqual(['An app', ...Object.keys(recipes)])
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

/** Runs code as the body of a module in which these names are known, and imports come from the built package. */
function run(code: string, names: Record<string, unknown>): Promise<void> {
  const known = {require: load, ...names}
  const asRequired = code.replace(/^import (\{.*\}) from ('.*')$/gm, 'const $1 = require($2)')
  const body = new Script(`(async ({${Object.keys(known)}}) => {${asRequired}\n})`).runInThisContext()
  return body(known)
}

function consoleTo(lines: string[]) {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  const print = (...values: unknown[]) => void lines.push(values.map(text).join(' '))
  return {log: print, error: print}
}
