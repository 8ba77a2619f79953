import {open} from 'node:fs/promises'
import type {LogItem, PeerEvent, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {LogDecoder} from '../log/codec'
import type {Batches} from '../log-file/file-items'
import {LogFileError} from '../log-file/file-items'
import {bytesOf} from '../log-file/log-bytes'
import {isSameFile} from '../log-file/log-files'
import {resolveLogPath} from '../log-file/log-path'
import type {OpenFile} from '../log-file/rotated-files'
import {numbersOf, openRotated} from '../log-file/rotated-files'
import type {Command} from './command'
import {LogError} from './input'
import type {Printer} from './print'
import {moment} from './times'
import {UsageError} from './usage-error'

/** How often the file is looked at, in ms. */
const pause = 200

/** `follow`: a log as it is written. */
export const follow: Command = {
  takes: 'LOG',
  about: 'what happens from now on, live, also when the log is rotated',
  more: 'With --since, also what happened since then in the current file; with --until, it ends then. Ctrl+C ends it.',
  async run({logs, print, values, isAsked, now}) {
    const [path = '', ...others] = logs.paths
    if (others.length > 0 || path === '-') throw new UsageError('follow takes one log')
    const {since = now, until = Number.POSITIVE_INFINITY} = logs.range
    const names = new Map<string, string>()
    let latest: LogItem | undefined
    const isOver = () => Date.now() > until
    try {
      for await (const items of written(path, isOver)) {
        for (const item of items) {
          const before = latest
          latest = item
          if (item.type === 'checkpoint' && before && item.seq === before.seq) continue
          if (isAboutPeer(item as Recorded) && item.type !== 'checkpoint')
            nameBy(names, item as Recorded<PeerEvent>)
          if (item.time < since) continue
          if (item.time > until) return 0
          if (!('address' in item) && values.peer !== undefined) continue
          if ('address' in item) {
            const {address, key = address} = item
            if (!isAsked({id: key, name: names.get(key), addresses: [address]})) continue
          }
          if (values.json) await print.json(item)
          else await print.line(lineOf(print, item, before))
        }
      }
    } catch (error) {
      const {code, message} = error as NodeJS.ErrnoException
      if (code === 'ENOENT') throw new LogError(`${path}: there is no such file`)
      if (code === 'ERR_LOG_FORMAT') throw new LogError(message)
      throw error
    }
    return 0
  },
}

/** What was written to a log, and what is, file by file. */
async function* written(path: string, isOver: () => boolean): Batches {
  const current = await resolveLogPath(path)
  let file: OpenFile = {path: current, handle: await open(current)}
  try {
    for (;;) {
      const decoder = new LogDecoder()
      // Nobody writes to a file any more once another one is there: what it has then is all.
      let next: OpenFile | undefined
      for (;;) {
        for await (const bytes of bytesOf(file.handle)) {
          yield decoder.push(bytes)
          if (decoder.error) throw new LogFileError(file.path, decoder.error)
        }
        if (next || isOver()) break
        next = await nextOf(file, current)
        if (!next) await new Promise((resolve) => setTimeout(resolve, pause))
      }
      if (!next) return
      await file.handle.close()
      file = next
    }
  } finally {
    await file.handle.close()
  }
}

/** The file that came after this one, where it was rotated away. */
async function nextOf(file: OpenFile, current: string): Promise<OpenFile | undefined> {
  const handle = await open(current).catch(() => undefined)
  // Between two files of a log, there is none for a moment.
  if (!handle) return undefined
  const newest = {path: current, handle}
  if (await isSameFile(file, newest)) {
    await handle.close()
    return undefined
  }
  // Several may have come since then. The latest that is not ours, and after it, is where to go on.
  let next: OpenFile = newest
  for (const number of (await numbersOf(current)).reverse()) {
    const rotated = await openRotated(current, number)
    if (!rotated) continue
    if (await isSameFile(file, rotated)) {
      await rotated.handle.close()
      break
    }
    await next.handle.close()
    next = rotated
  }
  return next
}

function nameBy(names: Map<string, string>, {address, key = address, ...event}: Recorded<PeerEvent>): void {
  if ('data' in event && typeof event.data?.name === 'string') names.set(key, event.data.name)
}

function lineOf(print: Printer, item: LogItem, before: LogItem | undefined): string {
  const when = moment(item.time)
  if (item.type === 'checkpoint') {
    const missing = before && item.seq > before.seq ? `, ${item.seq - before.seq} events are missing` : ''
    return print.style('dim', `${when}  checkpoint of ${item.entries.length} entries${missing}`)
  }
  const style = item.type === 'connected' ? 'green' : item.type.endsWith('failed') ? 'red' : undefined
  const type = item.type.padEnd(19)
  const about = 'address' in item ? `  ${print.text(item.address)}` : ''
  return `${when}  ${style ? print.style(style, type) : type}${about}${print.text(detailsOf(item))}`
}

function detailsOf(item: Recorded): string {
  const direction = 'inbound' in item ? (item.inbound ? 'in' : 'out') : undefined
  const error = 'error' in item ? item.error : undefined
  const details = [
    direction,
    `by ${item.cause}`,
    'reason' in item && item.reason,
    error && `${error.code ?? ''} ${error.message}`.trim(),
    'data' in item && item.data && JSON.stringify(item.data),
  ].filter(Boolean)
  return `  ${details.join(', ')}`
}
