// npm run bench: see the usage below.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {commandLine, UsageError} from '../test/kit/command-line.mjs'
import {chart} from './chart.mjs'
import {cold} from './cold.mjs'
import {commands} from './commands.mjs'
import {memory} from './memory.mjs'
import {pinToOneCore} from './pin.mjs'
import {readers} from './readers.mjs'
import {recording} from './recording.mjs'
import {replay} from './replay.mjs'
import {report} from './report.mjs'
import {travel} from './travel.mjs'

const suites = {commands, cold, readers, replay, travel, recording, memory}
const thorough = {turns: 7, time: 60, shortTurns: {turns: 200, time: 2}, processes: 40, events: 1_000_000}
const rough = {turns: 3, time: 10, shortTurns: {turns: 20, time: 2}, processes: 5, events: 100_000}

const usage = `Usage: npm run bench -- [options]

Measures, prints tables, and writes bench/results.json, docs/performance.svg and the tables in docs/performance.md.

  --quick      measures roughly, and writes nothing
  --only NAME  only this: ${Object.keys(suites).join(', ')}; may be given again
  -h, --help   shows this text
`

const asked = commandLine('bench', usage, (args) => {
  const options = {quick: {type: 'boolean'}, only: {type: 'string', multiple: true}}
  const {quick = false, only = Object.keys(suites)} = parseArgs({args, options}).values
  for (const name of only) {
    if (Object.hasOwn(suites, name)) continue
    throw new UsageError(`--only is one of ${Object.keys(suites).join(', ')}, not ${JSON.stringify(name)}`)
  }
  return {quick, only}
})
if (asked) await run(asked)

async function run({quick, only}) {
  if (!pinToOneCore()) console.log('Not pinned to one core, so that there is more noise.\n')
  const measured = {}
  for (const name of only) {
    measured[name] = await suites[name](quick ? rough : thorough)
    for (const {title, table} of Object.values(report({[name]: measured[name]})))
      console.log(`${title}\n\n${table}\n`)
  }
  if (!quick) write(measured)
}

/** What was not measured this time stays as it was. */
function write(measured) {
  const path = (name) => new URL(name, import.meta.url)
  const before = existsSync(path('results.json')) ? JSON.parse(readFileSync(path('results.json'))) : {}
  const results = {...before, ...measured, node: process.version}
  writeFileSync(path('results.json'), `${JSON.stringify(results, rounded, 2)}\n`)
  if (results.commands) writeFileSync(path('../docs/performance.svg'), chart(results.commands))
  let page = readFileSync(path('../docs/performance.md'), 'utf8')
  for (const [name, {table}] of Object.entries(report(results))) {
    page = page.replace(
      new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`),
      (_, start, end) => `${start}\n${table}\n\n${end}`,
    )
  }
  writeFileSync(path('../docs/performance.md'), page)
}

function rounded(_name, value) {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}
