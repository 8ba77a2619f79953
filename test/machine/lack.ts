import {beforeEach} from 'vitest'

/**
 * Skips the tests of this file while `lack` says what the machine lacks for them, and what to do about it. The
 * last lines of the run tell it (`tell-skipped.ts`). In CI these tests fail instead: nobody reads what passes there.
 */
export function skipForLackOf(lack: () => string | undefined): void {
  beforeEach(({skip}) => {
    const reason = lack()
    if (reason === undefined) return
    if (process.env.CI && process.env.CI !== 'false')
      throw new Error(`In CI no test is skipped, and ${reason}`)
    skip(reason)
  })
}
