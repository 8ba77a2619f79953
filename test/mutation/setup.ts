import fc from 'fast-check'
import {afterEach, beforeAll} from 'vitest'
import {settled} from '../../src/testing/settled'

// The same runs for every mutant, and no search for a smaller one that fails.
fc.configureGlobal({seed: 1, endOnFailure: true})

// What is uncaught fails the test in which it happened: outside of one, Stryker takes it for an error of its own.
const uncaught: unknown[] = []

beforeAll(() => {
  for (const kind of ['uncaughtException', 'unhandledRejection']) {
    process.removeAllListeners(kind)
    process.on(kind, (error) => uncaught.push(error))
  }
})

afterEach(async () => {
  await settled()
  if (uncaught.splice(0).length > 0) throw new Error('an exception or a rejection was not caught')
})
