const pull = require('pull-stream')

/** Keeps at most so many connections: whoever comes when there are as many is let go again. */
module.exports = function quota(hub, {most = 2} = {}) {
  const connected = new Set()
  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      if (type === 'disconnected') connected.delete(address)
      if (type !== 'connected') return
      connected.add(address)
      if (connected.size > most) hub.disconnect(address).catch(() => {})
    }),
  )
}
