import type {CallLine} from '../format/lines'
import {isObject} from '../format/values'
import {print} from './divergence'
import type {Called, Item} from './script'

/** What was recorded of calls and commands: which comes next, and whether a command is the one that is given now. */

export function isCommand({line}: Called): boolean {
  return line.plugin === 'command'
}

/** The first command that has not been given. */
export function nextCommand(items: readonly Item[]): Called | undefined {
  for (const item of items)
    if (item.is === 'called' && isCommand(item.called) && !item.called.isDone) return item.called
  return undefined
}

/** The first call of this that has not been made. */
export function nextCall(items: readonly Item[], of: string): Called | undefined {
  for (const item of items) {
    if (item.is === 'called' && !item.called.isDone && !isCommand(item.called) && item.called.line.of === of)
      return item.called
  }
  return undefined
}

/** Whether two commands do the same. */
export function isSameCommand(one: CallLine, other: CallLine): boolean {
  return print(decisionOf(one)) === print(decisionOf(other))
}

/** What the plugin decides: which hub, what, the address, and the metadata. */
export function decisionOf({of, args = [], hub = 1}: CallLine): Record<string, unknown> {
  const [address, data] = args
  return {
    ...(hub > 1 && {hub}),
    command: of,
    ...(address !== undefined && of !== 'reset' && of !== 'close' && {address}),
    ...(isObject(data) && Object.keys(data).length > 0 && {data}),
  }
}

export function printCommand({of, args = [], hub = 1}: CallLine): string {
  return `${hub > 1 ? `hub ${hub}: ` : ''}${of}(${args.map(print).join(', ')})`
}
