import type {Settings} from './settings'
import type {Hour, Simulation} from './simulation'

export function title({peers, hours, seed, scheduler}: Settings): string {
  const head = 'hour    events   entries   open links   sessions   heap'
  return `${number(peers)} peers, ${hours} hours, seed ${seed}, scheduler: ${scheduler}\n\n${head}`
}

export function hourLine({hour, events, entries, open, sessions, heap}: Hour): string {
  const cells: [string, number][] = [
    [String(hour), 4],
    [number(events), 10],
    [number(entries), 10],
    [number(open), 13],
    [sessions === undefined ? '-' : number(sessions), 10],
    [megabytes(heap), 10],
  ]
  return cells.map(([text, width]) => text.padStart(width)).join('')
}

export function summary(simulation: Simulation, seconds: number, day: readonly Hour[]): string {
  const {invariants, stats} = simulation
  const {log, calls, most, links} = invariants
  const failures = Object.entries(stats?.failures ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const {inbound = 0, outbound = 0} = stats?.connections ?? {}
  const heaps = day.map(({heap}) => heap)
  const rows: [string, string][] = [
    ['events', `${number(log.seq)}, ${number(Math.round(log.seq / seconds))} a second`],
    ['by type', listed(Object.entries(log.counts).sort(([, a], [, b]) => b - a))],
    [
      'attempts',
      `${number(stats?.attempts ?? 0)}, of which ${number(stats?.calledOff ?? 0)} were called off`,
    ],
    ['failures', listed(failures) || 'none'],
    ['connections', `${number(outbound)} by us, ${number(inbound)} by others`],
    [
      'peers back',
      `${number(links.returns)} while their old link was half-open, the longest for ${Math.round(links.longestDead / 1000)} s, ${links.deadAfterReturn} stayed announced`,
    ],
    ['crossed dials', `${number(links.crossings)}, of which nobody pings ${links.unpinged}`],
    ['calls', `${number(calls.count)}, all settled`],
    ['most entries', number(most)],
    ['heap', heaps.length > 0 ? `${megabytes(Math.min(...heaps))} to ${megabytes(Math.max(...heaps))}` : '-'],
    ['time', `${seconds.toFixed(1)} s`],
    ['log', `sha256 ${log.digest()}`],
  ]
  return `\n${rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join('\n')}`
}

function listed(counts: readonly [string, number][]): string {
  return counts.map(([name, count]) => `${name} ${number(count)}`).join(', ')
}

function number(n: number): string {
  return n.toLocaleString('en-GB')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
