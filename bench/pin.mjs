/** Keeps a process, and those that it starts, on one core: else it pays for each move to another one. */
import {execFileSync} from 'node:child_process'
import {availableParallelism} from 'node:os'

/** Returns whether the system could: Linux can. */
export function pinToOneCore() {
  try {
    // All of its threads: those that compile and collect garbage, too.
    const args = [
      '--all-tasks',
      '--cpu-list',
      '--pid',
      String(availableParallelism() - 1),
      String(process.pid),
    ]
    execFileSync('taskset', args, {stdio: 'ignore'})
    return true
  } catch {
    return false
  }
}
