// Runtimes that have files, as they come from npm.
const how = 'a program of ES modules, and the same one of CommonJS; with files'

const node = (version) => ({
  name: `Node.js ${version}`,
  how,
  install: {node: version},
  run: ['node main.mjs', 'node main.cjs'],
})

export default {
  title: 'Runtimes',
  rows: [
    ...['20', '22', '24', '26'].map(node),
    {name: 'Bun', how, install: {bun: '1'}, run: ['bun main.mjs', 'bun main.cjs']},
    {name: 'Deno', how, install: {deno: '2'}, run: ['deno run -A main.mjs', 'deno run -A main.cjs']},
  ],
}
