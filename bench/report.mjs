/** The results as tables in Markdown, which are good to read in a terminal, too. */

const operations = ['update', 'incoming', 'incoming + close', 'connect + close']

const tables = {
  commands: {
    title: 'Time of 1.2.1 over ours, by the number of entries',
    of: (rows) =>
      bySize(
        rows,
        ({operation}) => operation,
        ({old, ours}) => times(old / ours),
      ),
  },
  least: {
    from: 'commands',
    title: 'CPU time of one call, beside that of the least hubs and of 1.2.1',
    of: besideLeast,
  },
  growth: {
    from: 'commands',
    title: 'Growth of an update, and of get, spread and set on a bare Map, from 10 entries on',
    of: growth,
  },
  readers: {
    title: 'The same, while others read',
    of: (rows) => bySize(rows, crowd, ({ratio}) => times(ratio)),
  },
  replay: {
    title: 'Speed of a fold, as a share of the speed of a mutable fold of the same events',
    of: (rows) =>
      table(
        ['log', 'from', 'events', 'share'],
        rows.map(({log, from, events, speed}) => [log, from, count(events), `${(speed * 100).toFixed(0)} %`]),
      ),
  },
  travel: {
    title: 'A recording that is travelled in: CPU time, and memory beside that of its events',
    of: (rows) =>
      table(
        ['log', 'events', 'to make', 'over a fold by hand', 'bytes an event', 'a seek', 'of 20, the slowest'],
        rows.map(({log, events, made, overFold, held, seek, slowestSeek}) => [
          log,
          count(events),
          `${(made / 1000).toFixed(1)} s`,
          times(overFold),
          count(Math.round(held)),
          `${seek.toFixed(1)} ms`,
          `${slowestSeek.toFixed(1)} ms`,
        ]),
      ),
  },
  recording: {
    title: 'Time of an update, as a multiple of one whose log nobody reads',
    of: (rows) =>
      table(
        ['', 'times'],
        rows.map(({what, cost}) => [what, times(cost)]),
      ),
  },
  cold: {
    title: 'Time of the first 1,000 calls of a process, over that of the least hub and of 1.2.1',
    of: (rows) =>
      table(
        ['', 'over the least', 'over 1.2.1'],
        rows.map(({operation, ours, least, old}) => [operation, times(ours / least), times(ours / old)]),
      ),
  },
  memory: {
    title: 'Bytes in memory',
    of: (rows) =>
      table(
        ['', 'ours', '1.2.1', 'the least'],
        rows.map(({what, ours, old, least}) => [what, bytes(ours), bytes(old), bytes(least)]),
      ),
  },
}

/** Each table by its name, with its title, of those for which there are results. */
export function report(results) {
  const reported = {}
  for (const [name, {from = name, title, of}] of Object.entries(tables)) {
    if (results[from]) reported[name] = {title, table: of(results[from])}
  }
  return reported
}

function bySize(rows, nameOf, cellOf) {
  const sizes = [...new Set(rows.map(({size}) => size))]
  const names = [...new Set(rows.map(nameOf))]
  const valueAt = (name, size) => {
    const row = rows.find((row) => nameOf(row) === name && row.size === size)
    return row ? cellOf(row) : ''
  }
  return table(
    ['', ...sizes.map(count)],
    names.map((name) => [name, ...sizes.map((size) => valueAt(name, size))]),
  )
}

/** At the sizes that users have: a few peers, and many. By how much ours differs from itself is the noise. */
function besideLeast(rows) {
  const shown = rows.filter(({least, size}) => least !== undefined && (size === 10 || size === 10_000))
  shown.sort((a, b) => operations.indexOf(a.operation) - operations.indexOf(b.operation))
  return table(
    ['', 'entries', 'ours', 'the least', '1.2.1', 'over the least', 'over it with immer', 'noise'],
    shown.map(({operation, size, ours, same, old, least, immer}) => [
      operation,
      count(size),
      micros(ours),
      micros(least),
      micros(old),
      (ours / least).toFixed(2),
      (ours / immer).toFixed(2),
      `${(Math.abs(ours / same - 1) * 100).toFixed(0)} %`,
    ]),
  )
}

function growth(rows) {
  const updates = rows.filter(({bare}) => bare !== undefined)
  const [first] = updates
  const grown = updates.flatMap(({size, ours, bare}) => [
    {name: 'our update', size, by: ours / first.ours},
    {name: 'a bare Map', size, by: bare / first.bare},
  ])
  return bySize(
    grown,
    ({name}) => name,
    ({by}) => times(by),
  )
}

function crowd({operation, liveEntries, listen}) {
  return `${operation}, ${liveEntries ? `${liveEntries} × liveEntries()` : `${listen} × listen()`}`
}

function table(head, rows) {
  const columns = head.map((title, at) => columnOf([title, ...rows.map((row) => row[at])]))
  const [first, ...rest] = columns[0].cells.map(
    (_, at) => `| ${columns.map(({cells}) => cells[at]).join(' | ')} |`,
  )
  const rule = `| ${columns.map(({rule}) => rule).join(' | ')} |`
  return [first, rule, ...rest].join('\n')
}

/** As wide as its widest cell; numbers stand at the right. */
function columnOf(cells) {
  const width = Math.max(3, ...cells.map((cell) => cell.length))
  const isOfNumbers = cells.slice(1).every((cell) => /^[\d.,]*( (%|µs|ms|s))?$/.test(cell))
  return isOfNumbers
    ? {cells: cells.map((cell) => cell.padStart(width)), rule: `${'-'.repeat(width - 1)}:`}
    : {cells: cells.map((cell) => cell.padEnd(width)), rule: '-'.repeat(width)}
}

/** Two digits that count: more would not be true of another machine. */
function times(ratio) {
  return ratio >= 10 ? count(Number(ratio.toPrecision(2))) : ratio.toPrecision(2)
}

function micros(time) {
  return `${time >= 100 ? count(Math.round(time)) : time.toPrecision(2)} µs`
}

function count(number) {
  return number.toLocaleString('en')
}

function bytes(number) {
  return number === undefined ? '' : count(Math.max(0, Math.round(number / 10) * 10))
}
