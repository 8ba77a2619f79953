// Makes the page of the timeline: one HTML file, with its script and its style in it, and a policy that lets nothing else run.
import {createHash} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {brotliCompressSync} from 'node:zlib'
import {buildSync} from 'esbuild'

/** Seeds were marked when the log was written, so the page needs none of the cryptography that marks them. */
const withoutMarks = {
  name: 'without-marks',
  setup({onLoad}) {
    const contents = `
      export const mark = (text) => text
      export const redact = (value) => value
      export const isMarked = () => false
      export const hidesSeed = () => false`
    onLoad({filter: /[\\/]src[\\/]values[\\/]secrets\.ts$/}, () => ({contents}))
  },
}

/** The page is never asked for the type of an address: it needs none of what tells which network an IP address is of. */
const withoutNetworks = {
  name: 'without-networks',
  setup({onLoad}) {
    onLoad({filter: /[\\/]ipaddr\.js$/}, () => ({contents: 'export default {}'}))
  },
}

/**
 * It is kept compressed: with the package, nothing else is as large.
 *
 * @param {string} folder where the sources are; @param {string} file what to write
 */
export async function buildPage(folder, file) {
  const {build} = await import('esbuild')
  const {outputFiles} = await build({
    entryPoints: [join(folder, 'index.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    plugins: [withoutMarks, withoutNetworks],
  })
  const script = outputFiles[0].text.trim().replaceAll('</script', '<\\/script')
  const css = readFileSync(join(folder, 'page.css'), 'utf8')
  const style = buildSync({
    stdin: {contents: css, loader: 'css'},
    minify: true,
    write: false,
  }).outputFiles[0].text.trim()
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`
  const html = readFileSync(join(folder, 'page.html'), 'utf8')
    .replace('<!--policy-->', () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace('<!--style-->', () => `<style>${style}</style>`)
    .replace('<!--script-->', () => `<script>${script}</script>`)
  writeFileSync(file, brotliCompressSync(html))
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
