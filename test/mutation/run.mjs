// npm run mutate [-- --mutate FILES]: fetches Stryker, and runs it. It needs Node.js 22 or later, as which this runs.
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js')

const ran =
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], here, process.platform === 'win32') &&
  run(process.execPath, [stryker, 'run', 'test/mutation/stryker.json', ...process.argv.slice(2)], root)
process.exitCode = ran ? 0 : 1

function run(file, args, cwd, shell = false) {
  return spawnSync(file, args, {cwd, shell, stdio: 'inherit'}).status === 0
}
