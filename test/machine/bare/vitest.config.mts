import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {include: ['*.lacks.ts'], reporters: ['default', '../tell-skipped.ts']},
})
