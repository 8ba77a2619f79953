import {TestRunner} from 'vitest'

/** Once a mutant is noticed, the files of tests that are left are not even read. */
export default class extends TestRunner {
  #isNoticed = false

  override cancel(): void {
    this.#isNoticed = true
    super.cancel('test-failure')
  }

  override importFile(path: string, source: 'collect' | 'setup'): unknown {
    if (this.#isNoticed && source === 'collect') return undefined
    return super.importFile(path, source)
  }
}
