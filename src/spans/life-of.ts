import type {Connected, PeerEvent, Recorded} from '../events'
import type {Ending, Life, LifeDraft, Origin, Outcome} from './life'

/** How the life of an entry begins, and what became of it, as the events tell. */

/** What is known of a beginning: of an event all, of what a checkpoint has the rest. */
export type Beginning = Pick<Recorded<PeerEvent>, 'address' | 'key' | 'seq' | 'time'> &
  Partial<Recorded<PeerEvent>>

export function beginLife(
  {address, key, seq, time, cause, during}: Beginning,
  {index, run, origin, steps}: Pick<LifeDraft, 'index' | 'run' | 'origin' | 'steps'>,
): LifeDraft {
  return {
    index,
    run,
    address,
    key,
    origin,
    seq,
    start: time,
    birth: time,
    cause,
    during,
    attempt: undefined,
    link: undefined,
    inbound: undefined,
    inferredType: undefined,
    spans: [],
    updates: 0,
    closing: undefined,
    end: undefined,
    outcome: 'open',
    steps,
  }
}

export function originOf({cause, inbound}: Connected): Origin {
  if (cause === 'hub') return 'reserve'
  return inbound ? 'inbound' : 'stack'
}

export function outcomeOf({spans}: Life, {type}: Ending): Outcome {
  if (type === 'unknown') return 'unknown'
  if (type === 'connecting-failed') return 'failed'
  const began = spans[0]?.state === 'connecting' && !spans.some(({state}) => state === 'connected')
  return began ? 'called-off' : 'ended'
}

export function endingOf(event: Recorded<PeerEvent> & {readonly type: Ending['type']}): Ending {
  const {type, seq, time, cause, during} = event
  return {type, seq, time, cause, error: 'error' in event ? event.error : undefined, during}
}
