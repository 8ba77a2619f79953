/**
 * Writes docs/api.md and docs/api/ from the docstrings of what the package exports.
 * With --check, it writes nothing, and exits with 1 where they are not current.
 */
import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

// TypeDoc needs a TypeScript that is written in JavaScript: it comes with it, beside the one of the project.
const tools = ['typedoc@0.28.20', 'typedoc-plugin-markdown@4.14.1', 'typescript@5.9.3']

/** The entry points: page, source, and what is there. */
const pages = [
  ['ssb-conn-hub', 'hub', 'the hub'],
  ['types', 'types', '`ssb-conn-hub/lib/types`: the types, and the class of the errors'],
  ['replay', 'replay', '`ssb-conn-hub/replay`: a recorded log, read, folded and travelled in'],
  ['log-file', 'log-file', '`ssb-conn-hub/log-file`: the log of a hub, kept in files; for Node.js'],
  [
    'capsule',
    'capsule',
    '`ssb-conn-hub/capsule`: a plugin, recorded with all that it asks, and replayed; for Node.js',
  ],
  ['spans', 'spans', '`ssb-conn-hub/spans`: what happened in a log, by peer'],
  ['testing', 'testing', '`ssb-conn-hub/testing`: a test kit'],
  ['timeline', 'timeline', '`ssb-conn-hub/timeline`: what happened, as a page to look at; for Node.js'],
]

const root = fileURLToPath(new URL('..', import.meta.url))
const docs = join(root, 'docs')
const made = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-api-'))
try {
  generate(made)
  if (process.argv.includes('--check')) check(made)
  else {
    rmSync(join(docs, 'api'), {recursive: true, force: true})
    cpSync(made, docs, {recursive: true})
  }
} finally {
  rmSync(made, {recursive: true})
}

function generate(folder) {
  const out = join(folder, 'api')
  const entryPoints = pages.flatMap(([, source]) => ['--entryPoints', join(root, `src/${source}.ts`)])
  const packages = tools.flatMap((tool) => ['-p', tool])
  execFileSync(
    'npx',
    ['-y', ...packages, 'typedoc', '--options', join(docs, 'typedoc.json'), ...entryPoints, '--out', out],
    {cwd: docs, stdio: 'inherit', shell: process.platform === 'win32'},
  )
  for (const name of readdirSync(out)) {
    const text = readFileSync(join(out, name), 'utf8').replaceAll('hub.md', 'ssb-conn-hub.md')
    rmSync(join(out, name))
    if (name === 'README.md') continue
    const page = pages.find(([, source]) => `${source}.md` === name)
    const [title] = page ?? [name]
    writeFileSync(join(out, `${title}.md`), text.replace(/^# .*/, `# ${title}`))
  }
  const list = pages.map(([page, , what]) => `- [${page}](api/${page}.md): ${what}`)
  const index = `# API\n\nGenerated from the docstrings, by \`npm run docs\`.\n\n${list.join('\n')}\n`
  writeFileSync(join(folder, 'api.md'), index)
}

function check(folder) {
  const names = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) =>
    name.endsWith('.md'),
  )
  const old = names.filter((name) => contentOf(join(docs, name)) !== contentOf(join(folder, name)))
  if (old.length === 0) return
  console.error(`not current: ${old.map((name) => `docs/${name}`).join(', ')}. Run: npm run docs`)
  process.exitCode = 1
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
