import pull from 'pull-stream'

/** Keeps at most so many connections, and tries a peer again, after a pause in ms, when its dial has failed. */
export function quota(hub, {most = 2, pause = 1000, setTimeout = globalThis.setTimeout} = {}) {
  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      if (type === 'connecting-failed') setTimeout(() => hub.connect(address).catch(() => {}), pause)
      if (type !== 'connected') return
      const connected = [...hub.entries()].filter(([, {state}]) => state === 'connected')
      for (const [address] of connected.slice(most)) hub.disconnect(address).catch(() => {})
    }),
  )
}
