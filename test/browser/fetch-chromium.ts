import {execFileSync} from 'node:child_process'
import {createReadStream, createWriteStream, existsSync} from 'node:fs'
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {createBrotliDecompress} from 'node:zlib'
import type {LaunchOptions} from 'playwright-core'
import {npm} from '../machine/npm'

// A Chromium without a window, and the libraries that a bare system lacks, as files of an npm package. Only its
// files are used, none of its code: that unpacks into the folder for temporary files, which others can write to.
const browser = '@sparticuz/chromium@147.0.0'

/** Fetches a browser (67 MB) into the user's cache, unless it is there. Returns what it takes to launch it. */
export async function fetchChromium(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is none for ${process.platform} on ${process.arch}`)
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ssb-conn-hub')
  const home = join(cache, browser.replace('/', '-'))
  if (!existsSync(home)) await fetchInto(cache, home)
  const env = {...process.env, LD_LIBRARY_PATH: join(home, 'lib')} as Record<string, string>
  return {executablePath: join(home, 'chromium'), env}
}

/** What is in the cache is whole: it is made beside it, and moved there in one step. */
async function fetchInto(cache: string, home: string): Promise<void> {
  await mkdir(cache, {recursive: true})
  const folder = await mkdtemp(join(cache, 'new-'))
  try {
    process.stderr.write(`Fetching a browser to test with, ${browser}, into ${cache}\n`)
    const [{filename}] = JSON.parse(await npm(['pack', browser, '--json'], folder))
    const tar = (...args: string[]) => execFileSync('tar', args, {cwd: folder})
    tar('-xzf', filename)
    await mkdir(join(folder, 'whole'))
    await unpack(join(folder, 'package/bin/chromium.br'), join(folder, 'whole/chromium'))
    await unpack(join(folder, 'package/bin/al2023.tar.br'), join(folder, 'libraries.tar'))
    tar('-xf', 'libraries.tar', '-C', 'whole')
    await moveInto(join(folder, 'whole'), home)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

function unpack(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, {mode: 0o700}))
}

async function moveInto(folder: string, home: string): Promise<void> {
  try {
    await rename(folder, home)
  } catch (error) {
    // Another file of tests fetched it meanwhile.
    if (!existsSync(home)) throw error
  }
}
