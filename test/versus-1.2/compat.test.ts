import {execFile, execFileSync} from 'node:child_process'
import {copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {beforeAll, expect, test} from 'vitest'
import {temporaryFolder} from '../kit/folder'
import {rpcsTo, startPeer, withHub} from '../real/peers'
import {freePort} from '../real/sockets'
import {until} from '../real/until'
import {configOf, versions} from '../real/versions'

// What can be seen only of the built package, in a process of its own.

const root = join(__dirname, '../..')
const lib = join(root, 'lib')
const modules = join(root, 'node_modules')
const predecessor = join(modules, 'ssb-conn-hub-1')

/** Runs node until it ends by itself. Rejects if it ends with an error, or not at all. */
function node(args: string[], cwd: string) {
  return promisify(execFile)(process.execPath, args, {cwd, timeout: 15_000, killSignal: 'SIGKILL'})
}

beforeAll(() => {
  if (!existsSync(join(lib, 'index.js'))) execFileSync(process.execPath, [join(root, 'build.mjs')])
})

test('the tests of ssb-conn-hub 1.2.1 pass as they are', async () => {
  const folder = layOutPredecessor()
  const text = readFileSync(join(folder, 'test/index.js'), 'utf8')
  const assertions = text.match(/\bt\.(ok|pass|throws|equals|strictEquals?)\(/g) ?? []
  expect(assertions.length).toBeGreaterThan(20)

  const {stdout} = await node(['test/index.js'], folder)
  expect(stdout).not.toContain('not ok')
  expect(stdout).not.toContain('# fail')
  expect(stdout).toContain(`\n1..${assertions.length}\n`)
  expect(stdout).toContain(`\n# pass  ${assertions.length}\n`)
})

test.each(
  versions,
)('a process on %s ends by itself when its hub and its peer are closed', async (version) => {
  const bob = withHub(await startPeer(version))
  const config = configOf(version, {host: '127.0.0.1', port: await freePort()})
  const script = join(__dirname, '../real/hub-process.mjs')
  const {stdout} = await node([script, lib, version, JSON.stringify(config), bob.address], root)
  expect(stdout).toBe('closed\n')
  // How many entries that were is not ours to say: the end of one connection may be seen after the life of the next.
  await until(() => bob.told.types.at(-1) === 'disconnected' && bob.hub.stats().entries.connected === 0)
  expect(bob.told.types.slice(0, 2)).toEqual(['connected', 'disconnected'])
  expect(rpcsTo(bob, {id: bob.told.rpc?.id ?? ''})).toEqual([])
})

/**
 * A folder that looks like that of 1.2.1, with our build in place of its own. Node finds what a
 * module requires from where the symlink to it leads, so that each still meets its own dependencies.
 */
function layOutPredecessor(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'test'))
  mkdirSync(join(folder, 'node_modules'))
  copyFileSync(join(predecessor, 'test/index.js'), join(folder, 'test/index.js'))
  symlinkSync(lib, join(folder, 'lib'), 'junction')
  for (const name of ['pull-stream', 'ssb-caps', 'ssb-keys', 'tape']) {
    symlinkSync(join(modules, name), join(folder, 'node_modules', name), 'junction')
  }
  symlinkSync(join(modules, 'secret-stack-6'), join(folder, 'node_modules/secret-stack'), 'junction')
  return folder
}
