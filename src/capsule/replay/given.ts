import type {Json} from '../../entry'
import type {Own, TurnLine} from '../format/lines'

/** What a turn gave to the plugin, for people. */
export function printTurn({load, call, args = [], timer, settle, value, error}: TurnLine): string {
  if (load) return 'its modules are loaded'
  if (call) return `${printOwn(call)}(${args.map(short).join(', ')})`
  if (timer) return `the ${timer.kind} of ${timer.ms} ms fired, which was set in round ${timer.round}`
  if (settle !== undefined)
    return error === undefined ? `a promise gave ${short(value)}` : `a promise failed: ${short(error)}`
  return 'nothing'
}

export function printOwn([id, ...path]: Own): string {
  return [`function ${id}`, ...path].join('.')
}

function short(value: Json | undefined): string {
  const text = printRecorded(value ?? null)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** A recorded value, nearly as JavaScript has it. */
function printRecorded(recorded: Json): string {
  if (typeof recorded !== 'object' || recorded === null) return JSON.stringify(recorded)
  if (Array.isArray(recorded)) return `[${recorded.map(printRecorded).join(',')}]`
  const {$: kind, id, of = null, text, message, name} = recorded as {readonly [field: string]: Json}
  switch (kind) {
    case undefined:
      return `{${Object.entries(recorded)
        .map(([field, value]) => `${JSON.stringify(field)}:${printRecorded(value)}`)
        .join(',')}}`
    case 'plain':
    case 'frozen':
      return printRecorded(of)
    case 'error':
      return `${name}: ${message}`
    case 'own':
      return printOwn(of as unknown as Own)
    case 'number':
    case 'bigint':
      return String(text)
    case 'undefined':
    case 'secret':
      return kind
    default:
      return id === undefined ? `a ${kind}` : `${kind} ${id}`
  }
}
