import {execFile} from 'node:child_process'
import {copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {gunzipSync} from 'node:zlib'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {decode, fold} from '../../src/replay'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {temporaryFolder} from '../kit/folder'

const root = join(__dirname, '../..')
const example = join(root, 'examples/forgetful')

/** Runs Node as a user would, in a folder. */
async function node(cwd: string, ...args: string[]) {
  const {NODE_OPTIONS, NODE_TEST_CONTEXT, DEBUG, ...others} = process.env
  const env = Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('VITEST')))
  return promisify(execFile)(process.execPath, args, {cwd, env})
}

/** Expects that the example's own test passes there. */
async function expectPass(folder: string): Promise<void> {
  const {stdout} = await node(folder, '--test', '--test-reporter=tap', 'forgetful.test.mjs')
  expect(stdout).toMatch(/^# tests 3$/m)
  expect(stdout).toMatch(/^# pass 3$/m)
  expect(stdout).toMatch(/^# The replay went another way than the recording: .*recorded next: nothing/m)
}

test('the forgetful plugin passes its test with Vitest, too', async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const {stdout} = await node(join(example, 'vitest'), vitest, 'run', '--reporter=json')
  expect(JSON.parse(stdout)).toMatchObject({numTotalTests: 3, numPassedTests: 3})
})

/** A project of somebody who has installed the package. */
function projectFolder(): string {
  const folder = temporaryFolder()
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  symlinkSync(root, join(modules, 'ssb-conn-hub'), 'junction')
  symlinkSync(join(root, 'node_modules/pull-stream'), join(modules, 'pull-stream'), 'junction')
  return folder
}

test('the forgetful plugin passes its test', async () => {
  await expectPass(example)
})

test('the forgetful plugin is recorded on real peers, and passes its test on the new recording', async () => {
  const folder = projectFolder()
  const path = join(folder, 'forgetful.jsonl')
  await node(example, 'record.mjs', path)
  const {events, torn} = decode(readFileSync(path))
  expect(torn).toBeUndefined()
  const failures = events.filter(({type}) => type === 'connecting-failed')
  expect(failures).toHaveLength(3)
  expect(fold(events).entries).toMatchObject([[expect.any(String), {state: 'connected'}]])
  for (const file of ['forgetful.mjs', 'forgetful.test.mjs']) {
    copyFileSync(join(example, file), join(folder, file))
  }
  await expectPass(folder)
})

test.each([
  'demo.mjs',
  'minimal-conn/main.mjs',
  'forgetful/record.mjs',
  'quota/record.mjs',
  'what-if/what-if.mjs',
])('%s says in one line that the package has to be built first', async (file) => {
  const folder = temporaryFolder()
  for (const part of ['package.json', 'examples', 'test/kit'])
    cpSync(join(root, part), join(folder, part), {recursive: true})
  await expect(node(folder, join('examples', file))).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]*npm ci && npm run build\n$/),
  })
})

test('a recording is never written over', async () => {
  const path = join(example, 'forgetful.jsonl')
  const before = readFileSync(path, 'utf8')
  await expect(node(example, 'record.mjs', path)).rejects.toMatchObject({
    stderr: expect.stringContaining('is there already'),
  })
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(existsSync(`${path}.1`)).toBe(false)
})

test.each(['forgetful.mjs', 'forgetful.test.mjs'])('docs/recording.md shows %s as it is', (file) => {
  const page = readFileSync(join(root, 'docs/recording.md'), 'utf8')
  const code = readFileSync(join(example, file), 'utf8')
  expect(page).toContain(`\`\`\`js\n${code}\`\`\`\n`)
})

describe('a bug from the field', () => {
  const folder = join(root, 'examples/quota')
  const page = readFileSync(join(root, 'docs/recording.md'), 'utf8')

  test('is reproduced by the recording, as docs/recording.md tells', async () => {
    const {stdout} = await node(folder, 'reproduce.mjs')
    expect(page).toContain(`\`\`\`\n${stdout}\`\`\`\n`)
    expect(stdout.trim().split('\n').at(-1)).toBe('16 connected remote ["connected","connected","connected"]')
  })

  test('is mended, and kept as a test that passes', async () => {
    await expectQuotaPasses(folder)
  })

  test('is there again when it is recorded anew on real peers', async () => {
    const copy = join(projectFolder(), 'quota')
    cpSync(folder, copy, {recursive: true, filter: (path) => !path.endsWith('.jsonl')})
    await node(folder, 'record.mjs', join(copy, 'field.jsonl'))
    await expectQuotaPasses(copy)
  })

  test.each([
    'as-it-was.cjs',
    'reproduce.mjs',
    'quota.cjs',
    'quota.test.mjs',
  ])('docs/recording.md shows %s as it is', (file) => {
    expect(page).toContain(`\`\`\`js\n${readFileSync(join(folder, file), 'utf8')}\`\`\`\n`)
  })

  async function expectQuotaPasses(cwd: string): Promise<void> {
    const {stdout} = await node(cwd, '--test', '--test-reporter=tap', 'quota.test.mjs')
    expect(stdout).toMatch(/^# pass 2$/m)
    expect(stdout).toMatch(/^# fail 0$/m)
    expect(stdout).toMatch(/recorded next: nothing.*called: +disconnect/)
  }
})

describe('what if ssb-conn waited otherwise', () => {
  const folder = join(root, 'examples/what-if')
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')

  test('on the log of a bad night, docs/testing.md has what comes of each policy', {
    timeout: 120_000,
  }, async () => {
    const {stdout, stderr} = await node(folder, 'what-if.mjs')
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toHaveLength(6)
    expect(page).toContain(`\n\n${stdout}\n`)
  })

  test('docs/testing.md shows the policies as they are', () => {
    const code = readFileSync(join(folder, 'what-if.mjs'), 'utf8')
    const [policies = 'none'] = /^const policies = .*?^}\n/ms.exec(code) ?? []
    expect(page).toContain(`\`\`\`js\n${policies}\`\`\`\n`)
  })

  test('the bad night is the same log whenever it is made', {timeout: 120_000}, async () => {
    const path = join(temporaryFolder(), 'made.jsonl.gz')
    await node(folder, 'bad-night.mjs', path)
    const text = (file: string) => gunzipSync(readFileSync(file)).toString()
    expect(text(path)).toBe(text(join(folder, 'bad-night.jsonl.gz')))
  })
})

test('the minimal plugin keeps its quota among real peers, and shows so in a line', async () => {
  const {stdout, stderr} = await node(join(root, 'examples/minimal-conn'), 'main.mjs')
  expect(stderr).toBe('')
  const lines = stdout.trim().split('\n')
  expect(lines[0]).toBe('0 connected; 0 dialled')
  expect(lines).toContainEqual(expect.stringMatching(/^1 connected, 1 disconnecting; /))
  expect(lines).toContainEqual(expect.stringMatching(/^0 connected.* 1 failed: ECONNREFUSED 1$/))
  expect(lines.filter((line) => line.startsWith('2 connected;')).length).toBeGreaterThanOrEqual(2)
  const inUse = lines.map((line) =>
    (line.split(';')[0]?.match(/\d+/g) ?? []).reduce((sum, n) => sum + Number(n), 0),
  )
  expect(Math.max(...inUse)).toBe(2)
  expect(lines.at(-1)).toMatch(/^0 connected; /)
})

describe('the minimal plugin', () => {
  const pause = 1000
  afterEach(() => {
    vi.useRealTimers()
  })

  async function start() {
    vi.useFakeTimers()
    const {minimalConn} = (await import(join(root, 'examples/minimal-conn/minimal-conn.mjs'))) as {
      minimalConn: Plugin
    }
    const stack = Object.assign(new FakeStack(), {close: {hook: () => {}}})
    return {stack, conn: minimalConn.init(stack, {conn: {pause}})}
  }

  interface Plugin {
    init(ssb: unknown, config: unknown): {remember(address: string): void}
  }

  test('waits twice as long after each failure before it dials a peer again', async () => {
    const {stack, conn} = await start()
    conn.remember(addressOf('bob'))
    for (const wait of [pause, 2 * pause, 4 * pause]) {
      const dials = stack.dials.length
      stack.lastDial.fail(new Error('no route'))
      await vi.advanceTimersByTimeAsync(wait - 1)
      expect(stack.dials).toHaveLength(dials)
      await vi.advanceTimersByTimeAsync(1)
      expect(stack.dials).toHaveLength(dials + 1)
    }
  })

  test('refuses what is no address, and goes on', async () => {
    const {stack, conn} = await start()
    expect(() => conn.remember('')).toThrow('not a valid multiserver-address')
    conn.remember(addressOf('bob'))
    expect(stack.lastDial.address).toBe(addressOf('bob'))
  })
})
