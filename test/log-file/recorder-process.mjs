// Records a hub that is as busy as it can be, until it is killed: node recorder-process.mjs <lib> <path>
// It tells its parent now and then which event is surely in the file.
import {EventEmitter} from 'node:events'
import {createRequire} from 'node:module'

const [, , lib, path] = process.argv
const require = createRequire(import.meta.url)
const ConnHub = require(lib)
const {recordLog} = require(`${lib}/log-file`)

const ssb = new EventEmitter()
ssb.connect = (address, callback) => callback(null, Object.assign(new EventEmitter(), {id: address}))
const hub = new ConnHub(ssb)
process.send(-1)
const recording = recordLog(hub, path, {maxBytes: 100_000})
recording.on('error', (error) => {
  throw error
})

let count = 0
function work() {
  for (let i = 0; i < 100; i++) {
    const address = `net:peer-${count++ % 20}.example.com:8008`
    if (count % 7 === 0) hub.disconnect(address)
    else if (hub.getState(address)) hub.update(address, {count, text: 'x'.repeat(count % 300)})
    else hub.connect(address)
  }
  process.send(recording.seq ?? -1)
  setImmediate(work)
}
work()
