// Compiles the sources to lib/, and puts the public entry points at the short paths users require.
import {execFileSync} from 'node:child_process'
import {rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {buildPage} from './build-page.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const lib = join(root, 'lib')
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')

rmSync(lib, {recursive: true, force: true})
// In two steps, so that nothing can use Node's modules but what only `log-file`, `capsule`, `timeline` and the command
// need.
for (const config of ['tsconfig.build.json', 'tsconfig.node.json']) {
  // The comments are in the declarations, where editors show them: once is enough.
  for (const options of [['--removeComments', '--declaration', 'false'], ['--emitDeclarationOnly']]) {
    execFileSync(process.execPath, [tsc, '-p', join(root, config), ...options], {stdio: 'inherit'})
  }
}

facade('index', "import ConnHub = require('./src/index')\nexport = ConnHub\n", ['ConnHubError'])
for (const name of ['types', 'replay', 'log-file', 'capsule', 'spans', 'testing', 'timeline'])
  facade(name, `export * from './src/${name}'\n`)

// Nobody imports the command: it is one file, without declarations, beside what it uses.
await build({
  entryPoints: [join(root, 'src/cli.ts')],
  outfile: join(lib, 'cli.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  banner: {js: '#!/usr/bin/env node'},
  footer: {js: 'module.exports.run()'},
  plugins: [{name: 'the library', setup: ({onResolve}) => onResolve({filter: /^\.\.\//}, toLibrary)}],
})

await buildPage(join(root, 'src/timeline/page'), join(lib, 'src/timeline/page.html.br'))

/** What is imported from outside of the folder of the command is required from the build. */
function toLibrary({path, resolveDir}) {
  return {path: `./${relative(root, join(resolveDir, path)).replaceAll('\\', '/')}`, external: true}
}

/** The names are those that ES modules can import one by one: Node.js looks for them in the text. */
function facade(name, declarations, names = []) {
  const named = names.map((name) => `0 && (module.exports.${name} = undefined)\n`).join('')
  writeFileSync(join(lib, `${name}.js`), `'use strict'\nmodule.exports = require('./src/${name}')\n${named}`)
  writeFileSync(join(lib, `${name}.d.ts`), declarations)
}
