import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {main} from '../../src/cli/main'
import type {Output} from '../../src/cli/print'
import {encode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {temporaryFolder} from '../kit/folder'

export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What comes to the command from outside. */
interface Given {
  readonly stdin?: readonly (string | Uint8Array)[]
  readonly env?: Readonly<Record<string, string>>
  /** How wide the terminal is; without it, there is none. */
  readonly columns?: number
  readonly now?: number
  readonly onText?: (text: string) => void
}

/** Runs a command in this process. */
export async function cli(args: readonly string[], given: Given = {}): Promise<Said> {
  const {stdin, env = {}, columns, now = Date.UTC(2026, 11, 1), onText = () => {}} = given
  const said = {stdout: '', stderr: ''}
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write(text) {
      said[name] += text
      if (name === 'stdout') onText(text)
      return true
    },
    once: () => {},
    isTTY: columns !== undefined,
    columns,
  })
  const pieces = async function* () {
    for (const piece of stdin ?? []) yield typeof piece === 'string' ? Buffer.from(piece) : piece
  }
  const input = Object.assign(pieces(), {isTTY: stdin === undefined})
  const io = {stdin: input, stdout: output('stdout'), stderr: output('stderr'), env, now: () => now}
  return {code: await main(args, io), ...said}
}

/** A file with this text or these items in a folder of its own. */
export function fileOf(content: string | Uint8Array | readonly LogItem[], name = 'conn.jsonl'): string {
  const path = join(temporaryFolder(), name)
  const text = typeof content === 'string' || content instanceof Uint8Array ? content : encode(content)
  writeFileSync(path, text)
  return path
}

export const fixture = (name: string, version = '2.1.0'): string =>
  join(__dirname, '../fixtures', version, `${name}.jsonl`)

export const example = (name: string): string => join(__dirname, '../../examples/logs', `${name}.jsonl`)
