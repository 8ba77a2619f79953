// npm run bench [-- --quick] [-- --only NAME]
//
// Measures, prints tables, and writes bench/results.json, docs/performance.svg and the tables in
// docs/performance.md. A quick run measures roughly, and writes nothing.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {chart} from './chart.mjs'
import {commands} from './commands.mjs'
import {memory} from './memory.mjs'
import {readers} from './readers.mjs'
import {recording} from './recording.mjs'
import {replay} from './replay.mjs'
import {report} from './report.mjs'

const suites = {commands, readers, replay, recording, memory}
const thorough = {turns: 7, time: 60, events: 1_000_000}
const rough = {turns: 3, time: 10, events: 100_000}

const {values} = parseArgs({options: {quick: {type: 'boolean'}, only: {type: 'string', multiple: true}}})
const names = values.only ?? Object.keys(suites)
for (const name of names) {
  if (!suites[name]) throw new Error(`--only takes one of ${Object.keys(suites).join(', ')}, not ${name}`)
}

const measured = {}
for (const name of names) {
  measured[name] = await suites[name](values.quick ? rough : thorough)
  for (const {title, table} of Object.values(report({[name]: measured[name]})))
    console.log(`${title}\n\n${table}\n`)
}
if (!values.quick) write(measured)

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
