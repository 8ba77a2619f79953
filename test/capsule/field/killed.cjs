// Records a plugin until it is killed. Argument: path.
const killed = (ConnHub) => ({
  name: 'killed',
  version: '1.0.0',
  manifest: {},
  init(ssb) {
    const hub = new ConnHub(ssb)
    let n = 0
    setInterval(() => {
      hub
        .connect(`net:example.com:${8000 + n++}~shs:${Buffer.alloc(32, 1).toString('base64')}`, {n})
        .catch(() => {})
    }, 2)
    return {}
  },
})

module.exports = {killed}

if (require.main === module) {
  require('./hub-module.cjs')
  const {recordPlugin} = require('ssb-conn-hub/capsule')
  const {FakeStack} = require('ssb-conn-hub/testing')
  const ssb = new FakeStack()
  recordPlugin(() => killed(require('ssb-conn-hub')), process.argv[2]).init(ssb, {})
  setInterval(() => {
    for (const dial of ssb.dials.splice(0)) dial.fail(new Error('refused'))
  }, 3)
}
