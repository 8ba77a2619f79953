// npm run test:nodes [-- 22 24]: the tests on several versions of Node.js, one after the other.
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'

const require = createRequire(import.meta.url)
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24', '26']

const rows = versions.map((version) => {
  const command = ['-y', '-p', `node@${version}`, '--', 'node', vitest, 'run', '--silent']
  const begun = Date.now()
  const {status} = spawnSync('npx', command, {stdio: 'inherit'})
  return {
    node: version,
    result: status === 0 ? 'passed' : 'failed',
    seconds: Math.round((Date.now() - begun) / 1000),
  }
})
console.table(rows)
process.exitCode = rows.every(({result}) => result === 'passed') ? 0 : 1
