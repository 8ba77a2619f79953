import type {LaneFacts} from './lane-facts'

/** What a filter asks of a lane. Terms stand side by side, and all must hold: `is:failed peer:room -code:ETIMEDOUT`. */
export interface Filter {
  readonly matches: (lane: LaneFacts) => boolean
  /** What of it is not understood. */
  readonly fault: string | undefined
}

const facts: Readonly<Record<string, (lane: LaneFacts) => boolean>> = {
  failed: ({failures}) => failures > 0,
  inbound: ({inbound}) => inbound > 0,
  outbound: ({outbound}) => outbound > 0,
  connected: ({isConnected}) => isConnected,
  reserve: ({reserves}) => reserves > 0,
  handover: ({handOvers}) => handOvers > 0,
}

/** The words that `is:` knows. */
export const knownFacts: readonly string[] = Object.keys(facts)

const term = /(-?)(?:(is|peer|code):)?(?:"([^"]*)"?|(\S+))/g

export function parseFilter(text: string): Filter {
  const conditions: ((lane: LaneFacts) => boolean)[] = []
  let fault: string | undefined
  for (const [, minus, field = 'peer', quoted, word = ''] of text.matchAll(term)) {
    const value = (quoted ?? word).toLowerCase()
    const condition = conditionOf(field, value)
    if (!condition) fault ??= `is:${value}: there is ${knownFacts.map((fact) => `is:${fact}`).join(', ')}`
    else conditions.push(minus ? (lane) => !condition(lane) : condition)
  }
  return {fault, matches: (lane) => conditions.every((holds) => holds(lane))}
}

function conditionOf(field: string, value: string): ((lane: LaneFacts) => boolean) | undefined {
  switch (field) {
    case 'is':
      return Object.hasOwn(facts, value) ? facts[value] : undefined
    case 'code':
      return ({codes}) => codes.some((code) => code.toLowerCase().includes(value))
    default:
      return ({texts}) => texts.some((text) => text.toLowerCase().includes(value))
  }
}
