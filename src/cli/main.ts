import {parseArgs} from 'node:util'
import {at} from './at'
import type {Command, Option, Values} from './command'
import {finds} from './command'
import {diff} from './diff'
import {exported} from './export'
import {failures} from './failures'
import {follow} from './follow'
import type {Input} from './input'
import {LogError, Logs} from './input'
import {peers} from './peers'
import type {Output} from './print'
import {Printer, safe} from './print'
import {redact} from './redact'
import {summary} from './summary'
import {momentOf} from './times'
import {UsageError} from './usage-error'
import {view} from './view'
import {why} from './why'

/** Each command has a file of its own. */
const commands: Readonly<Record<string, Command>> = {
  summary,
  peers,
  failures,
  at,
  why,
  follow,
  diff,
  view,
  export: exported,
  redact,
}

const common: Readonly<Record<string, Option>> = {
  since: {type: 'string', value: 'TIME', about: 'only what happened then or later'},
  until: {type: 'string', value: 'TIME', about: 'only what happened then or earlier'},
  peer: {type: 'string', value: 'TEXT', about: 'only peers with this in their key, an address or their name'},
  json: {type: 'boolean', about: 'JSON instead of text; times are ms since the epoch, durations ms'},
  full: {type: 'boolean', about: 'keys in full'},
  help: {type: 'boolean', short: 'h', about: 'shows this text'},
}

/** What the process gives to a command, or a test in its place. */
export interface Io {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ms since the epoch. */
  readonly now: () => number
}

/** Does what the command line asks for. Returns the exit code: 0, 1 for nothing found, 2 for bad usage or a bad log. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name = '', ...rest] = args
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (command) return await run(name, command, rest, io)
    if (args.length > 0 && !['help', '--help', '-h'].includes(name))
      throw new UsageError(`no command ${safe(name)}`)
    io.stdout.write(usage())
    return args.length > 0 ? 0 : 2
  } catch (error) {
    const asked = command ? `ssb-conn-hub ${name}` : 'ssb-conn-hub'
    if (error instanceof LogError) io.stderr.write(`ssb-conn-hub: ${safe(error.message)}\n`)
    else if (isUsage(error)) {
      // What parseArgs says goes on with what could have been meant.
      const [reason = ''] = (error as Error).message.split(/\. To specify|\n/)
      io.stderr.write(`${asked}: ${safe(reason)}; ${asked} --help tells more\n`)
    } else throw error
    return 2
  }
}

async function run(name: string, command: Command, args: readonly string[], io: Io): Promise<number> {
  const options = {...command.options, ...common}
  // What begins with a minus is an option to parseArgs, `-10m` too.
  const shielded = args.map((arg) => (/^-\d/.test(arg) ? ` ${arg}` : arg))
  const parsed = parseArgs({args: shielded, options, allowPositionals: true})
  const values = parsed.values as Values
  if (values.help) {
    io.stdout.write(help(name, command))
    return 0
  }
  const now = io.now()
  const range = rangeOf(values, now)
  const {words = []} = command
  const given = parsed.positionals.slice(0, words.length)
  if (given.length < words.length) throw new UsageError(`${words[given.length]} is missing`)
  const logsOf = (paths: string[], of = range) => new Logs(paths, of, io.stdin, io.stderr)
  const {peer} = values
  return command.run({
    words: given,
    values,
    logs: logsOf(parsed.positionals.slice(words.length)),
    logsOf: (path) => logsOf([path]),
    whole: (path) => logsOf([path], {}),
    print: new Printer(io.stdout, values.full === true, io.env),
    stdout: io.stdout,
    stderr: io.stderr,
    isAsked: (searched) => typeof peer !== 'string' || finds(peer, searched),
    now,
  })
}

function rangeOf({since, until}: Values, now: number): {since?: number; until?: number} {
  const range = {
    ...(typeof since === 'string' && {since: momentOf(since, now)}),
    ...(typeof until === 'string' && {until: momentOf(until, now)}),
  }
  if ((range.since ?? -Infinity) > (range.until ?? Infinity))
    throw new UsageError('--until is before --since')
  return range
}

function isUsage(error: unknown): boolean {
  return error instanceof UsageError || String((error as {code?: unknown}).code).startsWith('ERR_PARSE_ARGS_')
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, {about}]) => `  ${name.padEnd(9)} ${about}\n`)
  return `Usage: ssb-conn-hub COMMAND …

Tells what happened in the logs that ssb-conn-hub/log-file records.

${lines.join('')}
A LOG is the path that was recorded to: its rotated files, gzipped or not, are read with it. Without one, or for -,
standard input is read. Times are UTC: 2026-11-25, 2026-11-25T04:00:00Z, or -10m for ten minutes ago (s, m, h, d, w).
Exit code: 0, 1 where nothing was found, 2 for bad usage or a log that cannot be read.

ssb-conn-hub COMMAND --help tells more of each.
`
}

function help(name: string, {words = [], takes = '[LOG…]', about, options = {}, more}: Command): string {
  const lines = Object.entries({...options, ...common}).map(([option, {value = '', short, about}]) => {
    const called = `${short ? `-${short}, ` : ''}--${option} ${value}`
    return `  ${called.padEnd(16)} ${about}\n`
  })
  return `Usage: ssb-conn-hub ${[name, ...words, takes].join(' ')} [options]

${about}.${more ? `\n\n${more}` : ''}

${lines.join('')}`
}
