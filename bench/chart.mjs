/** A chart of cost against table size, for both packages: SVG that suits light and dark pages. */

const panels = ['update', 'connect + close', 'incoming']
const lines = [
  {name: 'old', label: '1.2.1'},
  {name: 'ours', label: '2.0'},
  {name: 'least', label: 'the least'},
]
const sizes = [1, 5]
const costs = [-1, 5]
const panel = {width: 250, height: 300, left: 74, top: 70, gap: 34}
const width = panel.left + panels.length * (panel.width + panel.gap)
const height = panel.top + panel.height + 62

/** @param rows what the suite `commands` has measured */
export function chart(rows) {
  const drawn = panels.map((operation, at) =>
    drawPanel(
      operation,
      rows.filter((row) => row.operation === operation),
      panel.left + at * (panel.width + panel.gap),
    ),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">Cost against table size</title>
  <desc id="desc">The time of one operation against the number of entries, both on logarithmic scales. That of 1.2.1 grows with the table; that of 2.0 hardly does, and is a few times the least that the job can cost.</desc>
  <style>
    .page { fill: #ffffff; stroke: #d0d7de }
    .grid { stroke: #d0d7de; stroke-width: 1 }
    .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
    .line.old { stroke: #b8543a }
    .line.ours { stroke: #2f8a4a }
    .line.least { stroke: #8c959f; stroke-dasharray: 5 4; stroke-width: 1.5 }
    text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #59636e }
    .name { font-weight: 600; font-size: 15px; fill: #1f2328 }
    .label { font-weight: 600 }
    .label.old { fill: #a3452c }
    .label.ours { fill: #247a3d }
    .label.least { fill: #59636e; font-weight: 400 }
    .middle { text-anchor: middle }
    .end { text-anchor: end }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #30363d }
      .grid { stroke: #30363d }
      .line.old { stroke: #e0795d }
      .line.ours { stroke: #46b364 }
      .line.least { stroke: #7d8590 }
      text { fill: #9aa4ae }
      .name { fill: #e6edf3 }
      .label.old { fill: #e0795d }
      .label.ours { fill: #46b364 }
      .label.least { fill: #9aa4ae }
    }
  </style>
  <rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${costLabels()}
${drawn.join('\n')}
  <text class="middle" x="${width / 2}" y="${height - 14}">entries in the table</text>
</svg>
`
}

function drawPanel(operation, rows, left) {
  const x = (size) => left + scale(Math.log10(size), sizes, panel.width)
  const grid = powers(costs).map((power) => {
    const y = atCost(10 ** power)
    return `  <path class="grid" d="M${left} ${y} H${left + panel.width}"/>`
  })
  const ticks = powers(sizes).map((power) => {
    const y = panel.top + panel.height + 20
    return `  <text class="${anchorOf(power)}" x="${x(10 ** power)}" y="${y}">${short(10 ** power)}</text>`
  })
  const drawn = lines.flatMap(({name, label}) => {
    const points = rows
      .filter((row) => row[name] !== undefined)
      .map((row) => [x(row.size), atCost(row[name])])
    const [middle] = points.slice(2)
    if (!middle) return []
    const path = points.map((point) => point.map(round).join(' ')).join(' L')
    const below = {old: -12, ours: -9, least: 20}[name]
    return [
      `  <path class="line ${name}" d="M${path}"/>`,
      `  <text class="label ${name} ${name === 'old' ? 'end' : 'middle'}" x="${round(middle[0])}" y="${round(middle[1] + below)}">${label}</text>`,
    ]
  })
  const title = `  <text class="name" x="${left}" y="${panel.top - 18}">${operation}</text>`
  return [title, ...grid, ...ticks, ...drawn].join('\n')
}

/** The outermost sizes stay within their panel, so that they do not touch those of its neighbour. */
function anchorOf(power) {
  if (power === sizes[0]) return 'start'
  return power === sizes[1] ? 'end' : 'middle'
}

function costLabels() {
  const labels = {[-1]: '0.1 µs', 0: '1 µs', 1: '10 µs', 2: '0.1 ms', 3: '1 ms', 4: '10 ms', 5: '0.1 s'}
  return powers(costs)
    .map(
      (power) =>
        `  <text class="end" x="${panel.left - 10}" y="${atCost(10 ** power) + 4}">${labels[power]}</text>`,
    )
    .join('\n')
}

function atCost(cost) {
  return round(panel.top + panel.height - scale(Math.log10(cost), costs, panel.height))
}

function scale(value, [from, to], length) {
  return ((value - from) / (to - from)) * length
}

function powers([from, to]) {
  return Array.from({length: to - from + 1}, (_, i) => from + i)
}

function short(number) {
  return number < 1000 ? String(number) : `${number / 1000}k`
}

function round(number) {
  return Math.round(number * 10) / 10
}
