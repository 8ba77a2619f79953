/**
 * One hub among thousands of peers, in virtual time: npm run simulate -- --peers 10000 --hours 24 --seed 1
 * It runs the sources as they are, bundled to a file of its own.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {buildSync} from 'esbuild'

const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-simulator-'))
let code = 1
try {
  const outfile = join(folder, 'main.cjs')
  const entry = fileURLToPath(new URL('main.ts', import.meta.url))
  buildSync({entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20'})
  const require = createRequire(import.meta.url)
  code = await require(outfile).main(process.argv.slice(2))
} finally {
  rmSync(folder, {recursive: true})
}
// Parts of ssb-conn watch the machine's network for as long as the process runs.
process.exit(code)
