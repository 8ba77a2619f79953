// Test frameworks: two tests, of a hub's life and of its file.
const esModules = "import {life} from './life.mjs'\nimport {logFile} from './log-file.mjs'"
const commonJs = "const {life} = require('./life.cjs')\nconst {logFile} = require('./log-file.cjs')"

/** The two tests, in the words of most frameworks. */
const tests = (imports) => `${imports}
  test('a hub lives', () => life())
  test('a hub is recorded', () => logFile('recorded.jsonl'))`

const plain = (name, packages, from, command) => ({
  name,
  how: 'two tests',
  install: packages,
  files: {'life.test.mjs': tests(`import ${from}\n${esModules}`)},
  run: [command],
})

const jest = (version, environment) => ({
  how: 'all timers faked from the start, `queueMicrotask` and `setImmediate` as well',
  install: {jest: version, ...(environment === 'jsdom' && {'jest-environment-jsdom': version})},
  files: {
    'life.test.cjs': tests(commonJs),
    'jest.config.json': JSON.stringify({
      fakeTimers: {enableGlobally: true},
      testEnvironment: environment,
      testMatch: ['**/*.test.cjs'],
    }),
  },
  run: ['jest'],
})

export default {
  title: 'Test frameworks',
  rows: [
    {
      name: 'Vitest',
      how: 'all timers faked from the start, `queueMicrotask` and `setImmediate` as well',
      install: {vitest: '5', node: '24'},
      files: {
        'life.test.mjs': tests(`import {test} from 'vitest'\n${esModules}`),
        'fake-timers.mjs': `
          import {vi} from 'vitest'
          const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate']
          vi.useFakeTimers({toFake: [...timers, 'queueMicrotask', 'performance', 'Date']})`,
        'vitest.config.mjs': `export default {test: {setupFiles: ['./fake-timers.mjs']}}`,
      },
      run: ['vitest run'],
    },
    {name: 'Jest 29', ...jest('29', 'node')},
    {name: 'Jest 30', ...jest('30', 'node')},
    plain('Mocha', {mocha: '12'}, "{test} from 'mocha'", 'mocha --ui tdd life.test.mjs'),
    {
      ...plain('AVA', {ava: '7'}, "test from 'ava'", 'ava'),
      files: {
        'life.test.mjs': `import test from 'ava'\n${esModules}
          test('a hub lives', (t) => t.notThrowsAsync(life))
          test('a hub is recorded', (t) => t.notThrowsAsync(() => logFile('recorded.jsonl')))`,
      },
    },
    plain('tape', {tape: '5'}, "test from 'tape'", 'tape life.test.mjs'),
    plain('node:test', {node: '20'}, "{test} from 'node:test'", 'node --test life.test.mjs'),
  ],
}
