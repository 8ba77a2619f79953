// Makes recordings of plugins among real peers, and replays each three times, and once with each variant of the plugin
// in variants.cjs. `npm run corpus`, `npm run corpus -- --recordings 80 --seconds 5 --keep folder`
import {execFile} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync} from 'node:fs'
import {availableParallelism, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs, promisify} from 'node:util'
import {gzipSync} from 'node:zlib'
import {replayUnderRunners} from './runners/run.mjs'

const field = join(dirname(fileURLToPath(import.meta.url)), 'field')
const {values} = parseArgs({
  options: {
    recordings: {type: 'string', default: '40'},
    seconds: {type: 'string', default: '6'},
    keep: {type: 'string'},
  },
})
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'corpus-'))
mkdirSync(folder, {recursive: true})
const run = (script, ...args) =>
  promisify(execFile)(process.execPath, [join(field, script), ...args], {maxBuffer: 2 ** 26})
const linesOf = ({stdout}) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

const small = ['backoff', 'quota', 'walker', 'debounced', 'reader', 'watcher']
const versions = ['secret-stack', 'secret-stack-6']
// Half of them are of ssb-conn.
const wanted = Array.from({length: Number(values.recordings)}, (_, i) => ({
  plugin: i % 2 === 0 ? 'ssb-conn' : small[(i >> 1) % small.length],
  version: versions[Math.floor(i / 2 + i / 24) % 2],
  path: join(folder, `${String(i).padStart(2, '0')}.jsonl`),
}))

const failures = []
const sums = {}
const sum = (plugin) =>
  (sums[plugin] ??= {recordings: 0, exact: 0, replays: 0, turns: 0, commands: 0, bytes: 0, gzipped: 0})

async function replay({plugin, version, path}) {
  await run('record.cjs', plugin, version, path, String(Number(values.seconds) * 1000))
  const text = readFileSync(path)
  const of = sum(plugin)
  of.recordings++
  of.bytes += text.length
  of.gzipped += gzipSync(text).length
  for (const {isExact, turns, commands, message} of linesOf(await run('replay.cjs', plugin, '3', path))) {
    of.replays++
    if (isExact) [of.exact, of.turns, of.commands] = [of.exact + 1, of.turns + turns, of.commands + commands]
    else failures.push(`${plugin}, ${version}, ${path}: ${message}`)
  }
}

/** As many at a time as there are cores. */
async function all(list, work) {
  const queue = [...list]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next)
  }
  await Promise.all(Array.from({length: availableParallelism()}, worker))
}

await all(wanted, replay)
console.table(
  Object.fromEntries(
    Object.entries(sums).map(([plugin, {recordings, exact, replays, turns, commands, bytes, gzipped}]) => {
      const seconds = recordings * Number(values.seconds) * 1000
      const per = (count) => Math.round(count / Math.max(1, exact))
      return [
        plugin,
        {
          recordings,
          exact: `${exact} of ${replays}`,
          turns: per(turns),
          commands: per(commands),
          'kB/s': +(bytes / seconds).toFixed(2),
          gzipped: +(gzipped / seconds).toFixed(2),
        },
      ]
    }),
  ),
)

// A change counts as noticed where any recording of the plugin shows it.
const variants = new Map()
await all([...new Set(wanted.map(({plugin}) => plugin))], async (plugin) => {
  const paths = wanted
    .filter((one) => one.plugin === plugin)
    .slice(0, 4)
    .map(({path}) => path)
  for (const {path, kind, change, isNoticed, message} of linesOf(
    await run('replay-variants.cjs', plugin, ...paths),
  )) {
    const key = `${plugin}: ${change.join(' → ')}`
    const before = variants.get(key)
    variants.set(key, {kind, isNoticed: isNoticed || (before?.isNoticed ?? false)})
    if (kind === 'same' && isNoticed) failures.push(`written otherwise, ${path}, ${key}: ${message}`)
  }
})
const other = [...variants].filter(([, {kind}]) => kind === 'other')
const missed = other.filter(([, {isNoticed}]) => !isNoticed).map(([key]) => key)
console.log(`written otherwise: ${variants.size - other.length} plugins`)
console.log(`doing something else: ${other.length - missed.length} of ${other.length} noticed`)
for (const key of missed) console.log(`  not noticed: ${key}`)

const {path, plugin} = wanted[1]
for (const {runner, error} of await replayUnderRunners(plugin, path)) {
  console.log(`${runner}: ${error ? 'failed' : 'exact'}`)
  if (error) failures.push(`${runner}: ${error}`)
}

for (const failure of failures) console.error(failure)
console.log(`${readdirSync(folder).length} files in ${folder}`)
process.exitCode = failures.length > 0 ? 1 : 0
