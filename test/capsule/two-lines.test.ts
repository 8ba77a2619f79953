import {execFile} from 'node:child_process'
import {readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, test} from 'vitest'
import {temporaryFolder} from '../kit/folder'

const root = join(__dirname, '../..')
const field = join(__dirname, 'field')

/** Where the two lines stand: each pattern finds that of the app and that of the test. */
const places: [page: string, lines: RegExp][] = [
  ['README.md', /```js\n\/\/ in the app\n(.*)\n\/\/ in the test: the whole of it\n(.*)\n```/],
  ['docs/capsule.md', /<!-- runnable -->\n```js\n(.*?)```.*?<!-- runnable -->\n```js\n(.*?)```/s],
]

/** Runs Node in a folder where `ssb-conn-hub` is this one for everybody, as `overrides` has it in an app. */
async function node(cwd: string, ...args: string[]): Promise<string> {
  const {NODE_OPTIONS, NODE_TEST_CONTEXT, ...env} = process.env
  const all = ['--require', join(field, 'hub-module.cjs'), ...args]
  return (await promisify(execFile)(process.execPath, all, {cwd, env})).stdout
}

test.each(places)(
  'the two lines of %s record ssb-conn on a real peer, and are a test that passes',
  async (page, lines) => {
    const [, app, replay] = lines.exec(readFileSync(join(root, page), 'utf8')) ?? []
    expect([app, replay]).toEqual([expect.any(String), expect.any(String)])
    const folder = temporaryFolder()
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    writeFileSync(
      join(folder, 'app.cjs'),
      `const {recordPlugin} = require('ssb-conn-hub/capsule')
    const {startPeer} = require(${JSON.stringify(join(field, 'peers.cjs'))})
    const plugins = []
    const ssb = {use: (plugin) => plugins.push(plugin)}
    {
      ${app}
    }
    async function main() {
      const [other, peer] = [await startPeer('secret-stack-6'), await startPeer('secret-stack-6', plugins)]
      peer.ssb.conn.remember(other.address, {key: other.ssb.id, type: 'room'})
      peer.ssb.conn.connect(other.address, {note: 'likes tea'}, () => process.exit())
    }
    main()`,
    )
    await node(folder, 'app.cjs')
    expect(readFileSync(join(folder, 'field.jsonl'), 'utf8')).toContain('"note":"likes tea"')

    writeFileSync(
      join(folder, 'field.test.cjs'),
      `const {test} = require('node:test')
    const {replayPlugin} = require('ssb-conn-hub/capsule')
    {
      ${replay}
    }`,
    )
    const stdout = await node(folder, '--test', '--test-reporter=tap', 'field.test.cjs')
    expect(stdout).toContain('ok 1 - ssb-conn does what it did')
    expect(stdout).toMatch(/^# pass 1$/m)
  },
  30_000,
)
