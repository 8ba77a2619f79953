import type {LaneFacts} from './lane-facts'
import type {LogView} from './log-view'

/** A row of the chart: a lane, or, where there are two logs, the name of one above its lanes. */
export interface Row {
  readonly log: number
  /** Undefined for the name of the log. */
  readonly facts: LaneFacts | undefined
}

export function rowsOf(logs: readonly LogView[]): Row[] {
  return logs.flatMap((view, log) => [
    ...(logs.length > 1 ? [{log, facts: undefined}] : []),
    ...view.lanes.map((facts) => ({log, facts})),
  ])
}
