import type {ParseArgsConfig} from 'node:util'
import type {Logs} from './input'
import type {Output, Printer} from './print'

/** What is in the command line of one command. */
export interface Values {
  readonly [option: string]: string | boolean | undefined
}

/** What a command works with. */
export interface Call {
  /** What stands there beside the options and the logs: a peer, a time, a format. */
  readonly words: readonly string[]
  readonly values: Values
  readonly logs: Logs
  /** The log of one path, in the range of time that is asked for. */
  readonly logsOf: (path: string) => Logs
  /** The log of one path, whatever range of time is asked for. */
  readonly whole: (path: string) => Logs
  readonly print: Printer
  readonly stdout: Output
  readonly stderr: Output
  /** Whether this is one of the peers that `--peer` asks for. */
  readonly isAsked: (peer: Searched) => boolean
  /** Ms since the epoch. */
  readonly now: number
}

/** What a peer can be found by. */
export interface Searched {
  readonly id: string
  readonly name?: string | undefined
  readonly addresses: Iterable<string>
}

/** One command: `ssb-conn-hub NAME …`. */
export interface Command {
  /** The words before the logs. */
  readonly words?: readonly string[]
  /** What its logs are called; default: `[LOG…]`. */
  readonly takes?: string
  /** What it tells, in one line. */
  readonly about: string
  /** Its own options, with what each does. */
  readonly options?: Readonly<Record<string, Option>>
  /** What else there is to know. */
  readonly more?: string
  /** The exit code: 0, or 1 where nothing was found. */
  readonly run: (call: Call) => Promise<number>
}

export interface Option {
  readonly type: NonNullable<ParseArgsConfig['options']>[string]['type']
  /** What its value is called. */
  readonly value?: string
  readonly short?: string
  readonly about: string
}

/** Whether a peer has this text in its key, an address or its name, whatever the case. */
export function finds(text: string, {id, name = '', addresses}: Searched): boolean {
  const part = text.toLowerCase()
  const has = (whole: string) => whole.toLowerCase().includes(part)
  if (has(id) || has(name)) return true
  for (const address of addresses) if (has(address)) return true
  return false
}
