import {defineConfig} from 'vitest/config'

/** The tests that are quick and in one process: what mutants are tried on. */
export default defineConfig({
  test: {
    include: [
      'test/hub/**/*.test.ts',
      'test/reducers/**/*.test.ts',
      'test/log/**/*.test.ts',
      'test/replay/**/*.test.ts',
      'test/model/model.test.ts',
      'test/*.test.ts',
    ],
    exclude: ['test/{demo,docs,examples,readme,fixtures,compat,imports,performance}.test.ts'],
  },
})
