// npm run mutate [-- --mutate FILES] [--with TESTS]: fetches Stryker, and runs it. It needs Node.js 22 or later, as which
// this runs. With some of the tests alone, as those of the place that is mutated, it takes a fraction of the time.
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js')

const args = process.argv.slice(2)
const at = args.indexOf('--with')
// Stryker's own option for this does not hold for mutants of what runs while a file is loaded.
if (at >= 0) process.env.MUTATE_WITH = args.splice(at, 2)[1]

const ran =
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], here, process.platform === 'win32') &&
  run(process.execPath, [stryker, 'run', 'test/mutation/stryker.json', ...args], root)
process.exitCode = ran ? 0 : 1

function run(file, args, cwd, shell = false) {
  return spawnSync(file, args, {cwd, shell, stdio: 'inherit'}).status === 0
}
