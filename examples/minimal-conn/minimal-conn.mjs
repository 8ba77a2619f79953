import ConnHub from 'ssb-conn-hub'

/**
 * A minimal CONN plugin for secret-stack: it keeps as many connections as its quota says to the peers that it
 * was told of, gives up on slow dials, and waits longer after each failure.
 *
 * Configured by `conn`: `quota`, `pause` (ms before a peer that failed is dialled again, doubled each time),
 * `patience` (ms that a dial may take).
 */
export const minimalConn = {
  name: 'conn',
  version: '1.0.0',
  manifest: {remember: 'sync', forget: 'async'},

  init(ssb, config) {
    const {quota = 3, pause = 1000, patience = 10_000} = config.conn ?? {}
    const hub = new ConnHub(ssb)
    /** What is known of each address: how often it failed in a row, and whether it may be dialled now. */
    const known = new Map()
    let closed = false

    function dialMore() {
      if (closed) return
      let open = quota - [...hub.entries()].length
      for (const [address, peer] of known) {
        if (open <= 0) return
        if (peer.isResting || hub.getState(address)) continue
        open--
        dial(address, peer)
      }
    }

    async function dial(address, peer) {
      // From the dial on, because the readers are told of a failure before its promise rejects.
      peer.isResting = true
      try {
        await hub.connect(address, {type: 'remembered'}, {signal: AbortSignal.timeout(patience)})
        peer.failures = 0
        peer.isResting = false
      } catch {
        setTimeout(goOn, pause * 2 ** peer.failures++, peer).unref()
      }
    }

    function goOn(peer) {
      peer.isResting = false
      dialMore()
    }

    /** Whenever a connection ended, there is room for another. */
    async function watch() {
      for await (const {type} of hub.listen()) {
        if (type === 'disconnected' || type === 'connecting-failed') dialMore()
      }
    }
    watch()

    ssb.close.hook(function close(original, args) {
      closed = true
      hub.close()
      return original.apply(this, args)
    })

    return {
      hub: () => hub,
      remember(address) {
        if (known.has(address)) return
        hub.getState(address) // throws for what is no address
        known.set(address, {failures: 0, isResting: false})
        dialMore()
      },
      async forget(address) {
        known.delete(address)
        return hub.disconnect(address)
      },
    }
  },
}
