// One hub among thousands of peers, in virtual time: npm run simulate -- --peers 10000 --hours 24 --seed 1
import {fileURLToPath} from 'node:url'
import {withSource} from '../kit/with-source.mjs'

const entry = fileURLToPath(new URL('main.ts', import.meta.url))
const code = await withSource(entry, ({main}) => main(process.argv.slice(2)))
// Parts of ssb-conn watch the machine's network for as long as the process runs.
process.exit(code)
