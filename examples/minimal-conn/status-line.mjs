import pull from 'pull-stream'

/**
 * Shows the connections of a hub in one line of a terminal, which changes in place; where the output is no
 * terminal, every change is a line. Ends by itself when the hub is closed.
 */
export function statusLine(hub, output = process.stdout) {
  let last
  function show() {
    const line = describe(hub.stats())
    if (line === last) return
    last = line
    output.write(output.isTTY ? `\r\x1b[2K${line}` : `${line}\n`)
  }
  pull(
    hub.liveEntries(),
    pull.drain(show, () => {
      if (output.isTTY) output.write('\n')
    }),
  )
}

/** As: 2 connected, 1 connecting; 5 dialled, 1 dialled us, 2 failed: ECONNREFUSED 2 */
export function describe({entries, connections, attempts, failures, reserve}) {
  const {connected, connecting, disconnecting} = entries
  const now = [
    `${connected} connected`,
    connecting > 0 && `${connecting} connecting`,
    disconnecting > 0 && `${disconnecting} disconnecting`,
    reserve > 0 && `${reserve} in reserve`,
  ]
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  const codes = Object.entries(failures).map(([code, count]) => `${code} ${count}`)
  const past = [
    `${attempts} dialled`,
    connections.inbound > 0 && `${connections.inbound} dialled us`,
    failed > 0 && `${failed} failed: ${codes.join(', ')}`,
  ]
  return [now, past].map((parts) => parts.filter(Boolean).join(', ')).join('; ')
}
