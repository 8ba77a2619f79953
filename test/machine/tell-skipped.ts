import {dirname} from 'node:path'
import type {Reporter, TestModule} from 'vitest/node'

/** Ends the output of a run with what was skipped for lack of something: how many tests, why, and what to do. */
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>()
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const {note} = test.result() as {note?: string}
        if (note === undefined) continue
        const what = `of ${dirname(module.relativeModuleId)} skipped: ${note}`
        counts.set(what, (counts.get(what) ?? 0) + 1)
      }
    }
    for (const [what, count] of counts) console.log(`\n${count} ${count === 1 ? 'test' : 'tests'} ${what}`)
    if (counts.size > 0) console.log()
  }
}
