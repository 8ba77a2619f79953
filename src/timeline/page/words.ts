/** How the page writes times, numbers and names. */

const two = (number: number) => String(number).padStart(2, '0')

/** `14:05:09.123`, in the reader's time zone. */
export function clockTime(time: number, withMs = true): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  const ms = withMs ? `.${String(date.getMilliseconds()).padStart(3, '0')}` : ''
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${ms}`
}

/** `2026-11-25` */
export function day(time: number): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `3 h 12 min`, `4.2 s`: two units at most. */
export function duration(ms: number): string {
  if (!(ms >= 0)) return '–'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor(ms / 1000) % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `1,234` */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** `1 peer`, `2 peers` */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`
}

/** `pub.example.com:8008` of `net:pub.example.com:8008~shs:KEY`; of another transport, its name too. */
export function hostOf(address: string): string {
  const [transport = ''] = address.split('~')
  return cut(transport.replace(/^net:/, ''), 60)
}

/** `@a1b2…` */
export function shortKey(key: string): string {
  return key.length > 8 ? `${key.slice(0, 5)}…` : key
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
