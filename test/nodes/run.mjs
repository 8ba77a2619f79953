// npm run test:nodes [-- 22 24] [-- 26 test/hub]: the tests, or some of them, on several versions of Node.js, one
// after the other.
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'

const require = createRequire(import.meta.url)
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const isVersion = (word) => /^\d+$/.test(word)
const named = process.argv.slice(2)
const versions = named.some(isVersion) ? named.filter(isVersion) : ['20', '22', '24', '26']
const tests = named.filter((word) => !isVersion(word))

const rows = versions.map((version) => {
  const begun = Date.now()
  const runs = node(version, ['-p', 'process.version'], 'pipe').stdout?.toString().trim() ?? ''
  const passed =
    runs.startsWith(`v${version}.`) &&
    node(version, [vitest, 'run', ...tests, '--silent'], 'inherit').status === 0
  const seconds = Math.round((Date.now() - begun) / 1000)
  return {node: version, runs, result: passed ? 'passed' : 'failed', seconds}
})
console.table(rows)
process.exitCode = rows.every(({result}) => result === 'passed') ? 0 : 1

/** Runs this version, as it comes from npm. */
function node(version, args, stdout) {
  return spawnSync('npx', ['-y', '-p', `node@${version}`, '--', 'node', ...args], {
    stdio: ['inherit', stdout, 'inherit'],
    shell: process.platform === 'win32',
  })
}
