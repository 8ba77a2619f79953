import {decodeDigest} from '../digest-decode'
import type {ClosedBlock} from './events'
import {Events} from './events'
import {itemsOf} from './kept-block'
import {LogView} from './log-view'

/**
 * What was put into the page when it was written: a digest of each log, and its events in blocks, as base64 of gzip.
 *
 * @param onBlocks called when the blocks are there, where they are not yet
 */
export async function embeddedLogs(onBlocks: () => void): Promise<LogView[]> {
  const scripts = [...document.querySelectorAll<HTMLElement>('script[data-digest]')]
  const logs = await Promise.all(
    scripts.map(async (script) => {
      const digest = decodeDigest(await gunzip(script.textContent ?? ''))
      const {digest: name = '', ahead} = script.dataset
      return new LogView(name, digest, new Events(), Number(ahead ?? 0))
    }),
  )
  // The blocks stand below, and are not waited for.
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', () => {
      addBlocks(logs)
      onBlocks()
    })
  } else addBlocks(logs)
  return logs
}

function addBlocks(logs: readonly LogView[]): void {
  for (const script of document.querySelectorAll<HTMLElement>('script[data-log]')) {
    const {log, run, after} = script.dataset
    const block: ClosedBlock = {
      run: Number(run),
      after: Number(after),
      open: async () => itemsOf(new TextDecoder().decode(await gunzip(script.textContent ?? ''))),
    }
    logs[Number(log)]?.events.add(block)
  }
}

async function gunzip(base64: string): Promise<Uint8Array> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
