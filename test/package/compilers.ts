import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'

/** The versions of TypeScript that the declarations are for. The oldest is what ssb-conn-query is built with. */
const fetched = {'4.2': '4.2.4', '4.4': '4.4.4', '5.0': '5.0.4', '5.4': '5.4.5', '5.9': '5.9.3'}
const installed = {'4.7': 'typescript-4.7', '7': 'typescript'}

export type Version = keyof typeof fetched | keyof typeof installed

const modules = join(__dirname, '../../node_modules')
/** Kept from one run to the next, and gone with the other modules. */
const cache = join(modules, '.cache/typescript')

/** The compiler of a version, where it is. */
export function compilerOf(version: Version): string | undefined {
  const folder = version in installed ? modules : join(cache, 'node_modules')
  const name = {...installed, ...fetched}[version]
  const path = join(folder, name, 'bin/tsc')
  return existsSync(path) ? path : undefined
}

/** Fetches the compilers that are not there, all or none. Resolves also where the registry cannot be reached. */
export async function fetchCompilers(): Promise<void> {
  if ((Object.keys(fetched) as Version[]).every(compilerOf)) return
  mkdirSync(dirname(cache), {recursive: true})
  const folder = mkdtempSync(`${cache}-`)
  try {
    const dependencies = Object.fromEntries(
      Object.values(fetched).map((version) => [version, `npm:typescript@${version}`]),
    )
    writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, dependencies}))
    const options = [
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--fetch-retries=0',
      '--fetch-timeout=20000',
    ]
    await promisify(execFile)('npm', ['install', ...options], {cwd: folder})
    rmSync(cache, {recursive: true, force: true})
    renameSync(folder, cache)
  } catch {
    rmSync(folder, {recursive: true, force: true})
  }
}
