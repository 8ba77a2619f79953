// A small project with the packed package in it, and commands that are run there.
import {execFileSync, spawn} from 'node:child_process'
import {createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {transformSync} from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = fileURLToPath(new URL('app', import.meta.url))
const npmInstall = 'npm install --no-audit --no-fund --prefer-offline --loglevel=error'
/** How long one command may take, in ms. */
const timeout = 300_000

/** Packs the package, as it was built, and returns the path of the file. */
export function pack(folder) {
  const options = ['--json', '--ignore-scripts', '--loglevel=error']
  const [{filename}] = JSON.parse(execFileSync('npm', ['pack', root, ...options], {cwd: folder}))
  return join(folder, filename)
}

export class Project {
  #folder
  #row
  #tools

  /**
   * A row has what is to be installed (`install`, by npm unless `installer` is a command), the further `files`, the
   * fields that its package.json has beside (`manifest`), and the commands to `run`. `tools` are installed elsewhere.
   * Where `lib` is set, the entries are imported as tools need it that do not read `exports`.
   */
  constructor(folder, tarball, row) {
    this.#folder = folder
    this.#row = row
    this.#tools = join(folder, '../tools', row.name.replace(/\W+/g, '-'))
    const {install = {}, files = {}, manifest = {}, tools} = row
    const dependencies = {...install, 'ssb-conn-hub': 'file:./package.tgz'}
    this.#write(folder, {
      ...files,
      'package.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        private: true,
        dependencies,
        ...manifest,
      }),
    })
    if (tools)
      this.#write(this.#tools, {'package.json': JSON.stringify({private: true, dependencies: tools})})
    writeFileSync(join(folder, 'package.tgz'), readFileSync(tarball))
    for (const name of readdirSync(app)) this.#writeModule(name)
  }

  /** Installs, and runs the commands to the first that fails: returns that one, and what it printed. */
  async run() {
    const {tools, installer = npmInstall, run} = this.#row
    if (tools) await this.#run(npmInstall, this.#tools)
    for (const command of [installer, ...run]) {
      const {status, printed} = await this.#run(command, this.#folder)
      if (status !== 0) return {command, printed}
    }
    return undefined
  }

  /** The versions of what was installed for the row. */
  versions() {
    const {install = {}, tools} = this.#row
    const folder = tools ? this.#tools : this.#folder
    return Object.keys(tools ?? install)
      .map((name) => [name, join(folder, 'node_modules', name, 'package.json')])
      .filter(([, path]) => existsSync(path))
      .map(([name, path]) => `${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`)
      .join(', ')
  }

  #write(folder, files) {
    mkdirSync(folder, {recursive: true})
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  }

  /** Each module of the app is there as an ES module and as CommonJS. */
  #writeModule(name) {
    const written = readFileSync(join(app, name), 'utf8')
    const code = this.#row.lib ? written.replace(/'ssb-conn-hub\/(\w+)'/g, "'ssb-conn-hub/lib/$1'") : written
    const inCommonJs = code.replaceAll(".mjs'", ".cjs'")
    const commonJs = transformSync(inCommonJs, {format: 'cjs', target: 'es2018'})
    this.#write(this.#folder, {[name]: code, [name.replace('.mjs', '.cjs')]: commonJs.code})
  }

  /** The project's own programs, and the tools, come first. */
  #run(command, folder) {
    const own = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_OPTIONS$)/i.test(name))
    const places = [join(this.#folder, 'node_modules/.bin'), join(this.#tools, 'node_modules/.bin')]
    const child = spawn(command, {
      cwd: folder,
      env: {
        ...Object.fromEntries(own),
        PATH: [...places, process.env.PATH].join(delimiter),
        NO_COLOR: '1',
        // Yarn does not ask npm's configuration for it.
        YARN_NPM_REGISTRY_SERVER: registry,
        YARN_ENABLE_TELEMETRY: '0',
        YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
      },
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
    })
    const output = createWriteStream(join(this.#folder, 'output.txt'), {flags: 'a'})
    output.write(`$ ${command}\n`)
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text
        output.write(text)
      })
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (status) => {
        output.end()
        resolve({status, printed})
      })
    })
  }
}

const registry = execFileSync('npm', ['config', 'get', 'registry'], {encoding: 'utf8'})
  .trim()
  .replace(/\/$/, '')
