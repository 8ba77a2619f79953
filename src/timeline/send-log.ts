import type {ServerResponse} from 'node:http'
import type {LogItem} from '../events'
import type {Recordable} from '../log-file/record-log'
import {SourceReader} from '../log-file/source-reader'

/** How much is sent at once, in characters, but for the last item. */
const most = 2 ** 16

/**
 * Sends the log of a hub as server-sent events, an item each, until the hub is closed or the page is gone. What the page
 * has not taken stays with the log, which bounds it: an open page that does not read costs nothing.
 *
 * @param lastId the id of the last event that the page has: it goes on after it, where that was of this hub
 */
export async function sendLog(hub: Recordable, lastId: string, response: ServerResponse): Promise<void> {
  const {since} = hub.checkpoint?.() ?? {}
  const [, of = '', at = ''] = /^(\d*)-(\d+)$/.exec(lastId) ?? []
  const last = at !== '' && of === String(since ?? '') ? Number(at) : undefined
  const reader = new SourceReader(hub.log({live: true, gt: last ?? 0}), last ?? 0)
  response.on('close', () => reader.abort())
  const eventOf = (item: LogItem) => `id: ${since ?? ''}-${item.seq}\ndata: ${JSON.stringify(item)}\n\n`
  response.write(`event: hub\ndata: ${JSON.stringify({id: hub.id, goesOn: last !== undefined})}\n\n`)
  let text = ''
  // A page that has seen another hub is to know that this one begins.
  let begun = last !== undefined
  for (;;) {
    const item = await reader.next()
    if (!item) break
    if (!begun && item.type !== 'checkpoint') text += eventOf(empty(since))
    begun = true
    text += eventOf(item)
    if (reader.isReady && text.length < most) continue
    const isRead = response.write(text)
    text = ''
    if (!isRead) await drained(response)
  }
  response.end(`${text}event: closed\ndata:\n\n`)
}

function empty(since: number | undefined): LogItem {
  return {type: 'checkpoint', seq: 0, time: 0, ...(since !== undefined && {since}), entries: []}
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}
