import {mkdtempSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buildSync} from 'esbuild'

/**
 * Uses a source in TypeScript as it is: bundled to a file of its own, which is gone afterwards.
 *
 * @template T
 * @param {string} entry the path of the source
 * @param {(exports: any) => T} use is given what it exports
 * @returns {Promise<Awaited<T>>}
 */
export async function withSource(entry, use) {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-source-'))
  try {
    const outfile = join(folder, 'source.cjs')
    buildSync({entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20'})
    return await use(createRequire(import.meta.url)(outfile))
  } finally {
    rmSync(folder, {recursive: true})
  }
}
