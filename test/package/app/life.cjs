// A life of the package as it is installed: two real peers, a recording, its fold.
const {mkdtempSync} = require('node:fs')
const {tmpdir} = require('node:os')
const {join} = require('node:path')
const {once} = require('node:events')
const {createServer} = require('node:net')
const SecretStack = require('secret-stack')
const ssbKeys = require('ssb-keys')
const ConnHub = require('ssb-conn-hub')
const {recordLog, readLog} = require('ssb-conn-hub/log-file')
const {fold} = require('ssb-conn-hub/replay')

async function startPeer() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  const keys = ssbKeys.generate()
  const caps = {shs: Buffer.alloc(32, 'ssb-conn-hub').toString('base64')}
  const net = {scope: 'device', transform: 'shs', host: '127.0.0.1', port}
  const connections = {incoming: {net: [net]}, outgoing: {net: [{transform: 'shs'}]}}
  const ssb = SecretStack({})({global: {caps, keys, connections}})
  await once(ssb, 'multiserver:listening')
  return {ssb, address: `net:127.0.0.1:${port}~shs:${keys.public.replace('.ed25519', '')}`}
}

async function main() {
  const alice = await startPeer()
  const bob = await startPeer()
  const hub = new ConnHub(alice.ssb)
  const path = join(mkdtempSync(join(tmpdir(), 'ssb-conn-hub-')), 'log.jsonl')
  const recording = recordLog(hub, path)
  const rpc = await hub.connect(bob.address, {note: 'x'})
  const during = fold(await collect(hub.log())).entries.map(([, {state, note}]) => [state, note])
  await hub.disconnect(bob.address)
  hub.close()
  await recording.close()
  const items = []
  for await (const item of readLog(path)) items.push(item)
  console.log(JSON.stringify({id: rpc.id === bob.ssb.id, during, types: items.map(({type}) => type)}))
  alice.ssb.close(true)
  bob.ssb.close(true)
}

async function collect(stream) {
  const all = []
  for await (const item of stream) all.push(item)
  return all
}

main()
