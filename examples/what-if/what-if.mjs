/**
 * What if ssb-conn waited longer, or less long, after failures? With each policy it lives once more through a night
 * that was recorded: node what-if.mjs [LOG]
 */
import {fileURLToPath} from 'node:url'
import '../built.mjs'

const {default: pull} = await import('pull-stream')
const {readLog} = await import('ssb-conn-hub/log-file')
const {spans, uptimeOf} = await import('ssb-conn-hub/spans')
const {recordedWorld} = await import('ssb-conn-hub/testing')
const {asItIs, liveThrough} = await import('./ssb-conn.mjs')

/** How long ssb-conn waits before it dials a peer again. `failure` is how often it has failed since it was connected. */
const policies = {
  'as it is': asItIs,
  'doubled, at most 30 min': '4 * SECONDS + Math.min(30 * MINUTES, 5 * SECONDS * 2 ** (data.failure || 0))',
  'doubled, at most 2 h': '4 * SECONDS + Math.min(120 * MINUTES, 5 * SECONDS * 2 ** (data.failure || 0))',
}

const night = []
const [path = fileURLToPath(new URL('bad-night.jsonl.gz', import.meta.url))] = process.argv.slice(2)
for await (const item of readLog(path)) night.push(item)

/** The peers that were dialled then, with what ssb-conn had in its database. */
const book = new Map()
for (const {type, address, key, data} of night) {
  if (type === 'connecting') book.set(address, {key, type: data.type})
}

const hours = (ms) => (ms / 3_600_000).toFixed(1)

/** What came of a policy, as a row of the table. */
async function row(name, policy) {
  const world = recordedWorld(night, {seed: 1})
  const {hub, end} = await liveThrough(world, book, policy)
  const {attempts, calledOff, failures} = hub.stats()
  const dead = Object.values(failures).reduce((sum, count) => sum + count, calledOff)
  const log = []
  pull(
    hub.log(),
    pull.drain((item) => log.push(item)),
  )
  end()
  const {peers, elapsed} = spans(log)
  const uptimes = peers.flatMap(({lives}) => lives.map((life) => uptimeOf(life, world.end)))
  const connected = uptimes.reduce((sum, uptime) => sum + uptime, 0)
  return [name, attempts, dead, `${hours(connected)} h`, `${hours(elapsed.alone)} h`]
}

process.stdout.write(
  `| policy | attempts | dead dials | connected, the sum of all peers | connected to nobody |\n|---|--:|--:|--:|--:|\n`,
)
for (const [name, policy] of Object.entries(policies))
  console.log(`| ${(await row(name, policy)).join(' | ')} |`)
// Modules of ssb-conn's watch the machine's network for as long as the process runs.
process.exit()
