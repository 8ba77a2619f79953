const pull = require('pull-stream')

/** Keeps at most so many connections: whoever comes when there are as many is let go again. */
module.exports = function quota(hub, {most = 2} = {}) {
  let connected = 0
  pull(
    hub.listen(),
    pull.drain(({type, address}) => {
      if (type === 'disconnected') connected--
      if (type !== 'connected') return
      connected++
      if (connected > most) hub.disconnect(address).catch(() => {})
    }),
  )
}
