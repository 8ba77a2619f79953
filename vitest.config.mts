import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // secret-stack prints the errors that tests provoke, with their stacks.
    silent: 'passed-only',
    reporters: ['default', 'test/machine/tell-skipped.ts'],
  },
})
