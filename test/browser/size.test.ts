import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {build} from 'esbuild'
import {expect, test} from 'vitest'

/** What an app adds to its page, with all dependencies. In bytes, gzipped. */
// The kit has the fold of logs in it, which `recordedWorld()` needs.
const limits = {index: 43_000, replay: 52_000, testing: 58_000}

test.each(
  Object.entries(limits),
)('the entry %s bundles alone, and stays below %i bytes', async (name, limit) => {
  const {outputFiles, metafile, warnings} = await build({
    entryPoints: [join(__dirname, `../../lib/${name}.js`)],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'browser',
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((input) => /(^|\/)lib\/src\//.test(input)).length).toBeGreaterThan(20)
  // A module that a page cannot have would be replaced by an empty one.
  expect(inputs.filter((input) => input.startsWith('(disabled)'))).toEqual([])
  expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(limit)
})
