import {isDeeper, isObject} from '../../util/json'
import type {Own, PluginLine} from './lines'
import {maxTicks} from './lines'
import {isRecorded} from './values'

/** What a field must be: a test, and how that is called. */
type Form = readonly [is: (value: unknown) => boolean, called: string, optional?: 'optional']

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isTime = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= 8.64e15

const text: Form = [(value) => typeof value === 'string', 'a string']
const count: Form = [isCount, 'a whole number']
const time: Form = [isTime, 'a time in ms']
const yes: Form = [(value) => value === true, 'true']
const ticks: Form = [(value) => isCount(value) && Number(value) <= maxTicks, `a number up to ${maxTicks}`]
const own: Form = [isOwn, 'an array of a number and names']
const recorded: Form = [(value) => isRecorded(value), 'a recorded value']
const all: Form = [
  (value) => Array.isArray(value) && value.every((one) => isRecorded(one)),
  'an array of recorded values',
]
const json: Form = [Array.isArray, 'an array']
const timer: Form = [isTimer, 'a timer: its round, kind, ms and n']
const timers: Form = [(value) => Array.isArray(value) && value.every(isTimer), 'an array of timers']
const load: Form = [(value) => isObject(value) && Number.isSafeInteger(value.seed), 'a seed']
const gave: Form = [
  (value) =>
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isCount)),
  'an array of pairs of numbers',
]
const reason: Form = [(value) => ['closed', 'exit', 'maxBytes'].includes(value as string), 'a known reason']

const optional = ([is, called]: Form): Form => [is, called, 'optional']
const given = {result: optional(recorded), threw: optional(recorded)}
const call = {of: text, gave: optional(gave), open: optional(yes), events: optional(count), ...given}

const forms: {readonly [Kind in PluginLine['plugin']]: Readonly<Record<string, Form>>} = {
  turn: {
    load: optional(load),
    call: optional(own),
    self: optional(recorded),
    args: optional(all),
    timer: optional(timer),
    settle: optional(count),
    value: optional(recorded),
    error: optional(recorded),
    time: optional(time),
    at: optional(time),
    ticks: optional(ticks),
  },
  call,
  command: {...call, args: optional(json), hub: optional(count)},
  return: given,
  answer: {of: text, after: optional(count), ...given},
  pass: {of: text, to: own},
  gave: {id: optional(count), threw: optional(yes), promise: optional(count)},
  late: {look: count, time, at: time},
  cleared: {timer},
  tick: {ticks},
  escaped: {},
  limit: {what: text},
  end: {reason, due: optional(timers)},
}

/** Values may be nested as deeply as metadata, and each level may have a `$` of its own. */
const maxDepth = 600

/** What was expected of a line of the plugin's that is something else; undefined for one that is as it should be. */
export function expectedOfLine(line: Readonly<Record<string, unknown>>): string | undefined {
  if (isDeeper(line, maxDepth)) return `no more than ${maxDepth} levels`
  const {plugin} = line
  const isKnown = typeof plugin === 'string' && Object.hasOwn(forms, plugin)
  const fields = isKnown ? forms[plugin as PluginLine['plugin']] : undefined
  if (!fields) return `a line of the plugin’s of a kind that is known: ${Object.keys(forms).join(', ')}`
  for (const [name, [is, called, isOptional]] of Object.entries(fields)) {
    const value = line[name]
    if (value === undefined ? !isOptional : !is(value)) return `${name} to be ${called}`
  }
  return undefined
}

function isOwn(value: unknown): value is Own {
  if (!Array.isArray(value)) return false
  const [id, ...path] = value
  return isCount(id) && path.every((name) => typeof name === 'string')
}

function isTimer(value: unknown): boolean {
  if (!isObject(value)) return false
  const {round, kind, ms, n} = value
  const isKind = ['timeout', 'interval', 'immediate'].includes(kind as string)
  return isCount(round) && isKind && isTime(ms) && isCount(n)
}
