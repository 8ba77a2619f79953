import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // By default, a machine of two cores would use one of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // secret-stack prints the errors that tests provoke, with their stacks.
    silent: 'passed-only',
    reporters: ['default', 'test/machine/tell-skipped.ts'],
  },
})
