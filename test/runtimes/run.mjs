// npm run test:runtimes [-- rollup 'jest 30' …]: for each runtime and tool, or for those whose names begin so, installs
// the packed package in a small project, and runs it there. Writes what came of it to docs/runtimes.md.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Project, pack} from './project.mjs'
import bundlers from './rows/bundlers.mjs'
import packageManagers from './rows/package-managers.mjs'
import reactNative from './rows/react-native.mjs'
import runtimes from './rows/runtimes.mjs'
import testFrameworks from './rows/test-frameworks.mjs'

const page = fileURLToPath(new URL('../../docs/runtimes.md', import.meta.url))
const named = process.argv.slice(2).map((name) => name.toLowerCase())
const isWanted = ({name}) => named.length === 0 || named.some((start) => name.toLowerCase().startsWith(start))

const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-runtimes-'))
const tarball = pack(folder)
let surprises = 0
for (const kind of [runtimes, bundlers, reactNative, testFrameworks, packageManagers]) {
  for (const row of kind.rows.filter(isWanted)) {
    const result = await resultOf(row)
    console.log(`${row.name}: ${result}`)
    write(kind, row, result)
  }
}
// What failed stays, to be looked at: each project has what was printed in its output.txt.
if (surprises === 0) rmSync(folder, {recursive: true})
else console.log(`${surprises} not as expected, see ${folder}`)
process.exitCode = surprises === 0 ? 0 : 1

/** Runs the row's commands to the first that fails. A row may say which failure is to be expected, and why. */
async function resultOf(row) {
  const project = new Project(join(folder, row.name.replace(/\W+/g, '-')), tarball, row)
  const failure = await project.run()
  row.versions = project.versions()
  if (!failure && !row.fails) return 'passes'
  if (failure && row.fails?.printed.test(failure.printed)) return `fails: ${row.fails.because}`
  surprises++
  return failure ? `fails at \`${failure.command}\`` : 'passes, and was expected to fail'
}

/** Puts the row's line into the table of its kind, in place of the one that is there. */
function write({title, rows}, row, result) {
  const line = `| ${row.name} | ${row.versions} | ${row.how} | ${result} |`
  const text = readFileSync(page, 'utf8')
  const marks = new RegExp(`(<!-- ${title} -->\n)([^]*?)(<!-- end -->)`)
  const [, , before] = marks.exec(text)
  const lines = new Map(before.split('\n').map((line) => [line.split(' | ')[0].slice(2), line]))
  lines.set(row.name, line)
  const table = [
    '\n| | version | what is run | result |\n| --- | --- | --- | --- |',
    ...rows.map(({name}) => lines.get(name)).filter(Boolean),
  ]
  writeFileSync(
    page,
    text.replace(marks, (_, start, _before, end) => `${start}${table.join('\n')}\n\n${end}`),
  )
}
