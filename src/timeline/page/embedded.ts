import type {Digest} from '../digest'
import {decodeDigest} from '../digest-codec'

/** What was put into the page when it was written: a digest of each log, and its events in blocks, as base64 of gzip. */

export async function embeddedDigests(): Promise<{name: string; digest: Digest}[]> {
  const scripts = [...document.querySelectorAll<HTMLElement>('script[data-digest]')]
  return Promise.all(
    scripts.map(async (script) => ({
      name: script.dataset.digest ?? '',
      digest: decodeDigest(await gunzip(script.textContent ?? '')),
    })),
  )
}

export async function gunzip(base64: string): Promise<Uint8Array> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
