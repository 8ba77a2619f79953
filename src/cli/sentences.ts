import type {ErrorRecord, PeerEvent, Recorded, Reset} from '../events'
import type {Closing, Life} from '../spans/life'
import {connectedAt, uptimeOf} from '../spans/life'
import {duration} from './times'

/** An event during which another one happened. */
export type Told = Recorded<PeerEvent | Reset>

/** What is needed for a sentence about a life. */
export interface Around {
  /** Where the log ends, in ms since the epoch. */
  readonly now: number
  /** The event that was being told when this one happened, where it is another entry's, or told of an end. */
  readonly during: (seq: number | undefined) => Told | undefined
  readonly text: (text: string) => string
}

/** The life of an entry, as a sentence without its end: "we dialled it; it was connected after 60 ms; …". */
export function sentenceOf(life: Life, around: Around): string {
  return [beginning(life, around), middle(life), ending(life, around)].filter(Boolean).join('; ')
}

/** The same for all lives that went alike; lives whose shapes are equal make a pattern. */
export function shapeOf({origin, inbound, outcome, end, closing, spans}: Life): string {
  const why = outcome === 'failed' ? (end?.error?.code ?? 'none') : (closing?.reason ?? closing?.cause)
  const cause = closing ? closing.cause : end?.cause
  return JSON.stringify([origin, inbound, outcome, cause, why, end?.error?.code, spans.length])
}

/** What repeats itself, without what differs: "is dialled by us every 60 s and fails (ETIMEDOUT) after 30 s". */
export function habitOf(lives: readonly Life[], rhythm: string, now: number): string {
  const [life] = lives
  if (!life) return ''
  const lengths = lives.map((each) =>
    connectedAt(each) === undefined ? dialTime(each, now) : uptimeOf(each, now),
  )
  const isConnected = life.origin === 'dial' && connectedAt(life) !== undefined
  const ending = habitualEnding(life, `after ${typical(lengths)}`)
  return `${habitualBeginning(life)}${rhythm}${isConnected ? ', is connected, ' : ' '}and ${ending}`
}

/** One duration for many: the middle one, with the shortest and the longest where they differ much. */
export function typical(durations: readonly number[]): string {
  const sorted = [...durations].sort((a, b) => a - b)
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)]
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0
  return isNear(least, middle) && isNear(most, middle)
    ? duration(middle)
    : `${duration(middle)} (${duration(least)} to ${duration(most)})`
}

/** Whether people would say the same of both. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(1000, b / 5)
}

function beginning({origin, cause, during, spans, inbound}: Life, around: Around): string {
  const told = duringOf(during, around)
  switch (origin) {
    case 'dial':
      return cause === 'hub' ? 'we dialled it, as a connect() had waited to do' : `we dialled it${told}`
    case 'inbound':
      return 'it connected to us'
    case 'stack':
      return 'another plugin of ours connected to it, or it was connected before our hub was made'
    case 'reserve':
      return `a link that had waited in reserve took over${inbound ? ' (it had connected to us)' : ''}`
    case 'before':
      return `it was ${spans[0]?.state} already where the log begins`
  }
}

function middle(life: Life): string {
  const at = connectedAt(life)
  const failed = life.spans.filter(({error}) => error)
  return [
    life.origin === 'dial' && at !== undefined
      ? `${life.inbound ? 'its own connection to us answered the dial' : 'it was connected'} after ${duration(at - life.start)}`
      : '',
    failed.length > 0 ? `it could not be closed (${named(failed[0]?.error)})` : '',
  ]
    .filter(Boolean)
    .join('; ')
}

function ending(life: Life, around: Around): string {
  const {outcome, end, closing} = life
  const {now, text} = around
  const lasted = `after ${duration(uptimeOf(life, now))}`
  switch (outcome) {
    case 'open':
      return `it is still ${life.spans.at(-1)?.state} at the end of the log, for ${duration(now - (life.spans.at(-1)?.start ?? now))}`
    case 'failed':
      return `the dial failed after ${duration(dialTime(life, now))}: ${text(reasonOf(end?.error))}`
    case 'called-off':
      return `the dial was given up after ${duration(dialTime(life, now))}, ${closedBy(closing, around)}`
    case 'unknown':
      return 'the log does not tell how it ended'
    case 'ended':
      if (closing) return `we hung up ${lasted}, ${closedBy(closing, around)}`
      if (end?.cause === 'hub') return `a newer connection of the same peer replaced it ${lasted}`
      return `${end?.error ? `the connection was lost ${lasted}: ${text(reasonOf(end.error))}` : `the remote hung up ${lasted}`}`
  }
}

function closedBy(closing: Closing | undefined, around: Around): string {
  const {reason, error, during} = closing ?? {}
  const told = duringOf(during, around)
  switch (reason) {
    case 'signal':
      return `because its signal aborted (${around.text(reasonOf(error))})`
    case 'disconnect':
      return `by a call of disconnect()${told}`
    case 'reset':
      return 'by a reset of the hub'
    case 'close':
      return 'because the hub was closed'
    default:
      return `by ${closing?.cause === 'hub' ? 'a reset of the hub, or its end' : 'a call of disconnect()'}${told}`
  }
}

/** `, while readers were told that …` */
function duringOf(seq: number | undefined, {during, text}: Around): string {
  const told = during(seq)
  if (!told) return ''
  return told.type === 'reset'
    ? ', while readers were told of a reset'
    : `, while readers were told of ${told.type} ${text(told.address)} (event ${told.seq})`
}

function habitualBeginning({origin, inbound}: Life): string {
  if (origin === 'dial') return inbound ? 'is dialled by us while it dials us' : 'is dialled by us'
  if (origin === 'inbound') return 'connects to us'
  return origin === 'reserve' ? 'goes on with a link from reserve' : 'is connected by another plugin'
}

function habitualEnding({outcome, end, closing}: Life, after: string): string {
  const reason = closing?.reason === undefined ? '' : ` (${closing.reason})`
  if (outcome === 'failed') return `fails (${end?.error?.code ?? 'without a code'}) ${after}`
  if (outcome === 'called-off') return `is given up${reason} ${after}`
  if (outcome === 'unknown') return 'is not told of any further'
  if (closing) return `is hung up on ${after} by us${reason}`
  if (end?.cause === 'hub') return `is replaced by a newer connection of its own ${after}`
  if (end?.error) return `is lost (${end.error.code ?? 'without a code'}) ${after}`
  return `is hung up on ${after} by the remote`
}

function dialTime({start, end}: Life, now: number): number {
  return (end?.time ?? now) - start
}

function reasonOf(error: ErrorRecord | undefined): string {
  if (!error) return 'without a reason'
  const {code, message, name = 'Error'} = error
  if (typeof code === 'string') return message.includes(code) ? message : `${code}: ${message}`
  return name === 'Error' ? message : `${name}: ${message}`
}

function named(error: ErrorRecord | undefined): string {
  return String(error?.code ?? error?.message ?? '')
}
