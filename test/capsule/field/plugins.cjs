// Small plugins, which use timers, promises and streams in the ways that people do. Each makes its own hub.
const pull = require('pull-stream')

const plugin = (name, init) => ({name, version: '1.0.0', manifest: {}, init})
const makeHub = (ssb) => new (require('ssb-conn-hub'))(ssb)
const quietly = (promise) => promise.catch(() => {})

/** Tries again, after pauses that grow, with some chance in them. */
const backoff = plugin('backoff', (ssb) => {
  const hub = makeHub(ssb)
  const tries = new Map()
  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      if (type === 'connected') tries.delete(address)
      if (type !== 'connecting-failed' && type !== 'disconnected') return
      const n = (tries.get(address) ?? 0) + 1
      tries.set(address, n)
      const pause = Math.min(1500, 60 * 2 ** n) * (0.5 + Math.random())
      if (n < 6) setTimeout(() => quietly(hub.connect(address, {tries: n, at: Date.now()})), pause)
    }),
  )
  return {hub: () => hub, add: (address) => quietly(hub.connect(address, {tries: 0}))}
})

/** Keeps no more connections than so many, and looks every 300 ms. */
const quota = plugin('quota', (ssb) => {
  const hub = makeHub(ssb)
  const known = new Set()
  const limit = 2
  const timer = setInterval(() => {
    const up = [...hub.entries()].filter(([, {state}]) => state === 'connected')
    for (const [address] of up.slice(limit)) quietly(hub.disconnect(address))
    const down = [...known].filter((address) => !hub.getState(address))
    if (up.length < limit && down.length > 0) {
      const address = down[Math.floor(Math.random() * down.length)]
      quietly(hub.connect(address, {chosen: new Date().toISOString()}))
    }
  }, 300)
  ssb.close.hook(function (close, args) {
    clearInterval(timer)
    hub.close()
    return close.apply(this, args)
  })
  return {hub: () => hub, add: (address) => void known.add(address)}
})

/** Goes through its peers one after the other, in an asynchronous loop. */
const walker = plugin('walker', (ssb) => {
  const {setTimeout: sleep} = require('node:timers/promises')
  const hub = makeHub(ssb)
  const queue = []
  let isWalking = false
  async function walk() {
    isWalking = true
    while (queue.length > 0) {
      const address = queue.shift()
      const began = performance.now()
      try {
        const rpc = await hub.connect(address, {signal: 'walk'}, {signal: AbortSignal.timeout(1200)})
        const hello = await new Promise((resolve, reject) => {
          rpc.gossip.hello('walker', (error, text) => (error ? reject(error) : resolve(text)))
        })
        hub.update(address, {hello, took: Math.round(performance.now() - began)})
        await sleep(80)
        await hub.disconnect(address)
      } catch (error) {
        hub.update(address, {failed: error.code ?? error.message})
      }
      await sleep(40 + Math.random() * 40)
      queue.push(address)
    }
    isWalking = false
  }
  return {
    hub: () => hub,
    add(address) {
      queue.push(address)
      if (!isWalking) walk()
    },
  }
})

/** Gathers what happens, and acts a little later, once for all of it. */
const debounced = plugin('debounced', (ssb) => {
  const hub = makeHub(ssb)
  const known = new Map()
  let soon
  const act = () => {
    for (const [address, last] of known) {
      if (hub.getState(address) || Date.now() - last < 250) continue
      known.set(address, Date.now())
      quietly(hub.connect(address, {attempt: require('node:crypto').randomBytes(4).toString('hex')}))
    }
  }
  const actSoon = () => {
    clearTimeout(soon)
    soon = setTimeout(act, 120)
    soon.unref()
  }
  pull(hub.liveEntries(), pull.drain(actSoon))
  return {
    hub: () => hub,
    add(address) {
      known.set(address, 0)
      actSoon()
    },
  }
})

/** Reads by `for await`, and marks how long each connection lived. */
const reader = plugin('reader', (ssb) => {
  const hub = makeHub(ssb)
  const since = new Map()
  async function read() {
    for await (const {type, address} of hub.listen()) {
      if (type === 'connected') {
        since.set(address, Date.now())
        setImmediate(() => hub.update(address, {seen: hub.getState(address), order: since.size}))
      }
      if (type === 'disconnected') {
        const lived = Date.now() - (since.get(address) ?? 0)
        setTimeout(() => quietly(hub.connect(address, {lived})), 150)
      }
      if (type === 'connecting-failed') setTimeout(() => quietly(hub.connect(address, {lived: 0})), 400)
    }
  }
  read()
  return {hub: () => hub, add: (address) => quietly(hub.connect(address))}
})

/** Watches `ssb` itself, tells the time to its peers, and closes those that have been here for long. */
const watcher = plugin('watcher', (ssb, config) => {
  const hub = makeHub(ssb)
  const born = new Map()
  ssb.on('rpc:connect', (rpc, isClient) => {
    born.set(rpc.id, process.hrtime.bigint())
    rpc.on('closed', () => born.delete(rpc.id))
    if (isClient) rpc.gossip.hello(ssb.id.slice(0, 5), () => {})
  })
  const sweep = () => {
    for (const [address, {key, state}] of hub.entries()) {
      const age = Number(process.hrtime.bigint() - (born.get(key) ?? 0n)) / 1e6
      if (state === 'connected' && born.has(key) && age > 700) quietly(hub.disconnect(address))
      else hub.update(address, {age: Math.round(age / 100), host: (config.global ?? config).timers.handshake})
    }
    setTimeout(sweep, 220)
  }
  sweep()
  return {hub: () => hub, add: (address) => quietly(hub.connect(address, {uuid: crypto.randomUUID()}))}
})

module.exports = {backoff, quota, walker, debounced, reader, watcher}
