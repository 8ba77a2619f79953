import {basename, join} from 'node:path'
import {type BuildOptions, build, type Plugin} from 'esbuild'

const root = join(__dirname, '../..')

const pages = join(__dirname, 'page')

/** What is bundled is the build, as it is published: where a page imports a source, it gets that entry of lib. */
const published: Plugin = {
  name: 'published',
  setup({onResolve}) {
    onResolve({filter: /^\.\.\/\.\.\/\.\.\/src\//}, ({path, resolveDir}) =>
      resolveDir === pages ? {path: join(root, 'lib', `${basename(path)}.js`)} : undefined,
    )
  },
}

/** The bundle of a page, whose exports are the global `page`. Whatever does not bundle is an error. */
export async function bundle(page: string, options: BuildOptions = {}): Promise<string> {
  const {outputFiles} = await build({
    entryPoints: [join(pages, page)],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    logLevel: 'silent',
    ...options,
    plugins: [published],
  })
  const [file] = outputFiles ?? []
  if (!file) throw new Error('nothing was bundled')
  return file.text
}
