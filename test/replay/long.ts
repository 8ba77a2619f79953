import type {LogItem} from '../../src/types'

/** A log of so many events about so many addresses: each becomes connected, and is then updated over and over. */
export function logItems(length: number, addresses: number): LogItem[] {
  return Array.from({length}, (_, i): LogItem => {
    const address = `net:host-${i % addresses}.example:8008`
    const stamp = {seq: i + 1, time: i + 1, address, cause: 'stack' as const}
    if (i < addresses) return {...stamp, type: 'connected', link: i + 1, inbound: true}
    return {...stamp, type: 'updated', data: {n: i}}
  })
}
