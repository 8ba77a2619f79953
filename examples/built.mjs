/** Imported first by what is run here: says so where the package was not built. What needs it is imported afterwards. */
import {existsSync} from 'node:fs'

if (!existsSync(new URL('../lib/index.js', import.meta.url))) {
  process.stderr.write(
    'The examples use the package as it is built. Build it first: npm ci && npm run build\n',
  )
  process.exit(1)
}
