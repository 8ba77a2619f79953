import type {Json} from '../../entry'

/** What a plugin does to its hub. */
export const commands = new Set(['connect', 'disconnect', 'update', 'reset', 'close'])

/** An address, or metadata, as a command is recorded with it: as JSON carries it; `null` where JSON cannot. */
export function argOfCommand(value: unknown): Json {
  if (typeof value === 'string') return value
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null')
  } catch {
    return null
  }
}
