import {readFileSync} from 'node:fs'
import type {LogItem} from '../../events'
import {LogFormatError} from '../../log/errors'
import {fold} from '../../log/fold'
import {expectedOf as expectedOfEvent} from '../../log/format'
import {expectedHeader, headerOf} from '../../log/header'
import {LogFileError} from '../../log-file/file-items'
import {isObject, parseJson} from '../../util/json'
import {expectedOfLine} from '../format/expected-line'
import type {Line} from '../format/lines'
import type {Script} from './script'
import {scriptOf} from './script'

/**
 * The recording of a plugin that is in this file. What is torn off at its end is left out. Throws a
 * LogFileError (ERR_LOG_FORMAT) for what is no such recording, and for one that does not begin with its plugin; and a
 * LogOrderError (ERR_LOG_ORDER) for events of its hub that do not follow from each other.
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
    const isPlugins = isObject(value) && 'plugin' in value
    const expected = isPlugins ? expectedOfLine(value) : expectedOfEvent(value)
    if (expected !== undefined) throw refuse(i, expected)
    items.push(value as Line)
  }
  const [first] = items
  const load = first && 'plugin' in first && first.plugin === 'turn' ? first.load : undefined
  if (!load) throw refuse(1, 'the recording of a plugin from its beginning, as recordPlugin() makes it')
  const events = items.filter((item): item is LogItem => !('plugin' in item))
  // It throws for what cannot have happened.
  if (events.length > 0) fold(events)
  return scriptOf(items, load.seed)
}

function parse(line: string): unknown {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
