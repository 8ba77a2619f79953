import {readFileSync} from 'node:fs'
import {LogFormatError} from '../../log/errors'
import {expectedOf} from '../../log/format'
import {expectedHeader, headerOf} from '../../log/header'
import {LogFileError} from '../../log-file/file-items'
import {parseJson} from '../../util/json'
import type {Line} from '../format/lines'
import type {Script} from './script'
import {scriptOf} from './script'

/**
 * The recording of a plugin that is in this file. What is torn off at its end is left out. Throws a
 * LogFileError (ERR_LOG_FORMAT) for what is no such recording, and for one that does not begin with its plugin.
 */
export function readCapsule(path: string): Script {
  // At once: fake timers of a test framework may stop what files need to be read little by little.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const refuse = (i: number, expected: string) =>
    new LogFileError(path, new LogFormatError(i + 1, lines[i] ?? '', expected))
  if (headerOf(parse(lines[0] ?? ''))?.version !== 2) throw refuse(0, expectedHeader)
  const items: Line[] = []
  for (let i = 1; i < lines.length; i++) {
    const value = parse(lines[i] ?? '')
    if (value === undefined) throw refuse(i, 'a line of JSON')
    const isPlugins = typeof value === 'object' && value !== null && 'plugin' in value
    const expected = isPlugins ? undefined : expectedOf(value)
    if (expected !== undefined) throw refuse(i, expected)
    items.push(value as Line)
  }
  const [first] = items
  const load = first && 'plugin' in first && first.plugin === 'turn' ? first.load : undefined
  if (!load) throw refuse(1, 'the recording of a plugin from its beginning, as recordPlugin() makes it')
  return scriptOf(items, load.seed)
}

function parse(line: string): unknown {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
