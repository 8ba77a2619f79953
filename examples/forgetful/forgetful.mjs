import pull from 'pull-stream'

/**
 * Connects to the peers of a database, a Map with their addresses as keys. A peer that cannot be reached
 * is tried again after a pause, in ms, and forgotten when it has failed so many times in a row.
 */
export function forgetful(hub, db, {patience = 3, pause = 1000} = {}) {
  const failures = new Map()

  function dial(address) {
    hub.connect(address).catch(() => {}) // listen() tells of it
  }

  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      if (type === 'connected') failures.delete(address)
      if (type !== 'connecting-failed' || !db.has(address)) return
      const count = (failures.get(address) ?? 0) + 1
      failures.set(address, count)
      if (count < patience) setTimeout(dial, pause, address)
      else db.delete(address)
    }),
  )

  for (const address of db.keys()) dial(address)
}
