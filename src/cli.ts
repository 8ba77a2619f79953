/** The command `ssb-conn-hub`. */
import {main} from './cli/main'

/** Does what the command line of the process asks for, and sets its exit code. */
export async function run(): Promise<void> {
  const {stdin, stdout, stderr, env, argv} = process
  // Whoever reads may have seen enough.
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({code}: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 2))
  }
  process.exitCode = await main(argv.slice(2), {stdin, stdout, stderr, env, now: Date.now})
}
