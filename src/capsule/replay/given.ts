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

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
