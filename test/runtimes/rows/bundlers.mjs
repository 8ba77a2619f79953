// Bundlers for browsers. What they make is run where nothing of Node.js is.
const inBareContext = 'node bare.mjs bundle.js'

const babelify = {babelify: '10', '@babel/core': '7', '@babel/preset-env': '7'}
const browserify = {name: 'Browserify 17', install: {browserify: '17'}, lib: true}

export default {
  title: 'Bundlers',
  rows: [
    {
      name: 'esbuild',
      how: 'as it is',
      install: {esbuild: '0.28'},
      run: ['esbuild page.mjs --bundle --outfile=bundle.js', inBareContext],
    },
    {
      name: 'webpack',
      how: 'as it is',
      install: {webpack: '5', 'webpack-cli': '7'},
      run: [
        'webpack ./page.mjs --mode production --output-path . --output-filename bundle.js',
        inBareContext,
      ],
    },
    {
      name: 'Rollup',
      how: 'with no plugins but those by which it reads packages and CommonJS',
      install: {rollup: '4', '@rollup/plugin-node-resolve': '16', '@rollup/plugin-commonjs': '29'},
      files: {
        'rollup.config.mjs': `
          import commonjs from '@rollup/plugin-commonjs'
          import resolve from '@rollup/plugin-node-resolve'
          const output = {file: 'bundle.js', format: 'iife'}
          export default {input: 'page.mjs', plugins: [resolve({browser: true}), commonjs()], output}`,
      },
      run: ['rollup -c', inBareContext],
    },
    {
      name: 'Vite',
      how: 'as it is; one file of output',
      install: {vite: '8'},
      files: {
        'vite.config.mjs': `
          const output = {format: 'iife', entryFileNames: 'bundle.js'}
          const rollupOptions = {input: 'page.mjs', output}
          export default {build: {outDir: '.', emptyOutDir: false, rollupOptions}}`,
      },
      run: ['vite build', inBareContext],
    },
    {
      name: 'Parcel',
      how: 'with `packageExports`',
      install: {parcel: '2'},
      manifest: {'@parcel/resolver-default': {packageExports: true}, targets: {page: {distDir: 'dist'}}},
      run: ['parcel build page.mjs --no-cache --no-source-maps', 'node bare.mjs dist/page.js'],
    },
    {
      ...browserify,
      how: 'as it is',
      run: ['browserify page.cjs -o bundle.js'],
      fails: {
        printed: /Parsing file .*ssb-conn-hub/,
        because: 'its parser does not know the private methods of ES2022',
      },
    },
    {
      ...browserify,
      name: 'Browserify 17 with babelify',
      how: '`-g [ babelify --presets [ @babel/preset-env ] ]`, which rewrites packages, too',
      install: {...browserify.install, ...babelify},
      run: [
        'browserify page.cjs -g [ babelify --presets [ @babel/preset-env ] ] -o bundle.js',
        inBareContext,
      ],
    },
  ],
}
