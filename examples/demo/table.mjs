/** The peer table as text: a header, and a line for each peer. */
import {shorten} from './names.mjs'

const own = ['state', 'key', 'type', 'inferredType', 'inbound', 'hubBirth', 'hubUpdated']
const gap = '  '
const wide = 90
/** With less room, the address is left out: the name has to tell it. */
const narrow = 68
const maxAddress = 40

const columns = [
  {id: 'name', title: 'NAME', width: 5},
  {id: 'address', title: 'ADDRESS', width: 19, wideWidth: 31},
  {id: 'state', title: 'STATE', width: 13},
  {id: 'direction', title: 'IN/OUT', width: 6},
  {id: 'type', title: 'TYPE', width: 8},
  {id: 'metadata', title: 'METADATA', width: 8},
]
const titles = Object.fromEntries(columns.map(({id, title}) => [id, title]))

/**
 * @param {readonly (readonly [string, object])[]} entries as the hub gives them
 * @param {import('./names.mjs').Names} names
 * @param {number} width how many characters fit
 * @param {Record<string, (cell: string) => string>} styles colour the cells of a column, and the header
 * @returns {string[]} the header, and the rows
 */
export function drawTable(entries, names, width, styles) {
  const shown = columns.filter(({id}) => id !== 'address' || width >= narrow)
  const rows = entries.map((entry) => cellsOf(entry, names, width))
  const widths = widthsOf(shown, rows, width)
  const line = (cells, styleOf) => shown.map(({id}, i) => styleOf(id)(padded(cells[id], widths[i]))).join(gap)
  return [line(titles, () => styles.header), ...rows.map((row) => line(row, (id) => styles[id] ?? String))]
}

/** Columns are at least as wide as usual, so that they stay in place; the last one gets what is left. */
function widthsOf(shown, rows, width) {
  const widths = shown.map((column) => {
    const least = (width >= wide && column.wideWidth) || column.width
    return Math.max(least, ...rows.map((row) => row[column.id].length))
  })
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0)
  return widths.with(-1, Math.max(0, width - others))
}

function cellsOf([address, data], names, width) {
  return {
    name: names.of(data.key),
    address: cut(addressOf(address, width), maxAddress),
    state: data.state,
    direction: directionOf(data),
    type: shorten(String(data.type ?? data.inferredType ?? '')),
    metadata: metadataOf(data),
  }
}

/** Where there is little room, the name has to tell what the key in the address tells. */
function addressOf(address, width) {
  const short = shorten(address)
  return width < wide ? short.replace(/~shs:[^~;]*/, '') : short
}

function directionOf({inbound}) {
  if (inbound === undefined) return ''
  return inbound ? 'in' : 'out'
}

function metadataOf(data) {
  const fields = Object.entries(data).filter(([name]) => !own.includes(name))
  return shorten(fields.map(([name, value]) => `${name}: ${textOf(value)}`).join(', '))
}

function textOf(value) {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function padded(text, width) {
  return cut(text, width).padEnd(width)
}

/** The text, or its beginning where it does not fit. */
export function cut(text, width) {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
