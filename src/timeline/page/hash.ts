import type {Sort} from './lane-facts'

/** What of the page is in the hash of its URL, so that a view can be sent to others and gone back to. */
export interface Place {
  /** What is shown, as times. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** The log in which the cursor is, and the item. */
  readonly log?: number | undefined
  readonly at?: number | undefined
  readonly filter?: string | undefined
  readonly sort?: Sort | undefined
  readonly fold?: boolean | undefined
  readonly all?: boolean | undefined
  /** Whether all logs are shown by the clock of the first. */
  readonly align?: boolean | undefined
}

const sorts: readonly string[] = ['seen', 'uptime', 'failures']

export function readHash(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const number = (name: string) => {
    const value = Number.parseFloat(fields.get(name) ?? '')
    return Number.isFinite(value) ? value : undefined
  }
  const sort = fields.get('sort') ?? ''
  return {
    from: number('from'),
    to: number('to'),
    log: number('log'),
    at: number('at'),
    filter: fields.get('filter') ?? undefined,
    sort: sorts.includes(sort) ? (sort as Sort) : undefined,
    fold: fields.has('fold') || undefined,
    all: fields.has('all') || undefined,
    align: fields.has('align') || undefined,
  }
}

export function writeHash(place: Place): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(place)) {
    if (value === undefined || value === false || value === '') continue
    fields.set(name, value === true ? '' : String(typeof value === 'number' ? Math.round(value) : value))
  }
  return `#${fields}`
}
