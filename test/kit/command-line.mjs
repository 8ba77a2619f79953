/** A command line that makes no sense. The message is one line. */
export class UsageError extends Error {}

/**
 * What the command line of a script asks for: what `read` makes of its arguments. `--help` prints the usage; what
 * `read` or `parseArgs` refuse is one line on stderr, and the exit code is 2. In both cases nothing is to be
 * done, and `undefined` is returned.
 *
 * @template T
 * @param {string} name of the script
 * @param {string} usage
 * @param {(args: string[]) => T} read
 * @param {string[]} [args]
 * @returns {T | undefined}
 */
export function commandLine(name, usage, read, args = process.argv.slice(2)) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    return undefined
  }
  try {
    return read(args)
  } catch (error) {
    if (!(error instanceof UsageError || String(error?.code).startsWith('ERR_PARSE_ARGS_'))) throw error
    // What parseArgs says goes on with what could have been meant.
    const [reason] = error.message.split(/\. To specify|\n/)
    process.stderr.write(`${name}: ${reason}; --help shows the options\n`)
    process.exitCode = 2
    return undefined
  }
}

/**
 * The whole number that is the value of an option.
 *
 * @param {string} option
 * @param {string} text
 * @param {number} least
 * @param {number} most
 */
export function wholeNumber(option, text, least, most) {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${option} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`)
}
