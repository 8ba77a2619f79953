import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

/** What npm fails with where the network does, or a proxy in it. */
const unreachable =
  /npm error code (ENOTFOUND|EAI_\w+|ECONN\w+|E\w*TIMEDOUT|\w*TIMEOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|FETCH_ERROR|E50\d)/

/** It says at once that there is no network, and after a few seconds that nobody answers. */
const impatient = ['--fetch-retries=0', '--fetch-timeout=10000', '--prefer-offline']

/** The registry could not be reached, and npm's cache does not have what was asked for. */
export class Unreachable extends Error {}

/** Runs npm as a user does, without the settings that `npm test` hands on, and returns what it prints. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const options = {cwd, env: ownEnvironment(), shell: process.platform === 'win32'}
  try {
    const {stdout} = await promisify(execFile)('npm', [...args, ...impatient, '--loglevel=error'], options)
    return stdout
  } catch (error) {
    const [, code] = unreachable.exec(String(error)) ?? []
    throw code ? new Unreachable(`the npm registry cannot be reached (${code})`) : error
  }
}

/** How a user reaches the registry. */
const reaching = /^npm_config_(registry|cache|userconfig|(https?_)?proxy|noproxy|cafile)$/

/** The environment, without what Vitest put there, and npm for this package. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const {NODE_OPTIONS, ...others} = process.env
  const isOwn = (name: string) => reaching.test(name) || !/^(VITEST|npm_)/.test(name)
  return Object.fromEntries(Object.entries(others).filter(([name]) => isOwn(name)))
}
