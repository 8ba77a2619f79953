import {defineConfig} from 'vitest/config'
import {BaseSequencer, type TestSpecification} from 'vitest/node'

/** What takes longest comes last: most mutants are noticed before. */
const last = [
  'values/secrets',
  'values/messages',
  'log-file/',
  'log-file/r',
  'log-file/read',
  'log/',
  'store/stats',
  'replay/',
  'model/',
  'properties',
  'replay/replay-runs',
  'log/format',
  'log/decoder',
  'log/codec',
  'log/snapshots',
  'log/fold',
  'log/hostile',
]

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({moduleId}: TestSpecification) =>
      last.findLastIndex((name) => moduleId.includes(`/test/${name}`))
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** The tests of `npm run mutate -- --with TESTS`: patterns, with commas between them. */
const only = process.env.MUTATE_WITH?.split(',')

/**
 * The tests that are quick and in one process: what mutants are tried on. All of them run in one thread, which
 * reads the code once, and of the random runs there are fewer: each mutant is tried in its own thread, and
 * sees this again.
 */
export default defineConfig({
  test: {
    include: only ?? [
      'test/{commands,connections,contract,hub,log,log-file,reducers,replay,readers,store,testing,values}/**/*.test.ts',
      'test/model/model.test.ts',
      'test/properties.test.ts',
    ],
    exclude: [
      'test/log/million.test.ts',
      // Processes of their own do not see mutants.
      'test/testing/{consumer,example}.test.ts',
      // It asks the garbage collector, and needs a process in which nothing else was done.
      'test/hub/garbage.test.ts',
      // They run what was built, in processes of their own.
      'test/log-file/{killed,pipe}.test.ts',
    ],
    isolate: false,
    testTimeout: 60_000,
    env: {PROVE_RUNS: '60', RANDOM_RUNS: '30'},
    reporters: [{}],
    runner: 'test/mutation/runner.ts',
    setupFiles: ['test/mutation/setup.ts'],
    sequence: {sequencer: QuickFirst},
  },
})
