// The plugins of the recordings, changed: written otherwise, so that they still do the same (`same`), or so that they
// do something else. Each is a text that is replaced, in the module where it stands.
const Module = require('node:module')

const same = {
  backoff: [
    ['at: Date.now()', 'at: new Date().getTime()'],
    ['at: Date.now()', 'at: Math.max(Date.now(), Date.now(), +new Date())'],
    ['const n = (tries', 'clearTimeout(setTimeout(() => {}, 5)); const n = (tries'],
  ],
  quota: [
    ['[...hub.entries()].filter', 'Array.from(hub.entries()).filter(([a]) => hub.getState(a)).filter'],
    ['chosen: new Date().toISOString()', 'chosen: (Math.random(), new Date(Date.now())).toISOString()'],
  ],
  walker: [
    ['await new Promise((resolve, reject) => {', 'await new Promise(async (resolve, reject) => {'],
    [
      "const {setTimeout: sleep} = require('node:timers/promises')",
      "const sleep = require('node:util').promisify(setTimeout)",
    ],
  ],
  debounced: [["require('node:crypto').randomBytes(4)", "require('crypto').randomBytes(4)"]],
  reader: [
    [
      'for await (const {type, address} of hub.listen()) {',
      'for await (const event of hub.listen()) { const {type, address} = {...event}',
    ],
  ],
  watcher: [["ssb.on('rpc:connect',", "ssb.on.call(ssb, 'rpc:connect',"]],
  'ssb-conn': [
    ['return (arr) => arr.slice(0, Math.max(n, 0));', 'return (arr) => arr.filter((_, i) => i < n);'],
    [
      'return !this.ssb.conn.hub().getState(address);',
      'return this.ssb.conn.hub().getState(address) === undefined;',
    ],
    [
      'const query = this.ssb.conn.query();',
      'this.ssb.conn.query(); this.ssb.conn.db(); const query = this.ssb.conn.query();',
    ],
  ],
}

const other = {
  backoff: [
    ['60 * 2 ** n', '61 * 2 ** n'],
    ['0.5 + Math.random()', '0.6 + Math.random()'],
    ['n < 6', 'n < 2'],
    ['tries: n,', 'tries: n + 1,'],
    [', at: Date.now()', ''],
    ['Math.min(1500,', 'Math.min(100,'],
    [" && type !== 'disconnected'", ''],
  ],
  quota: [
    ['const limit = 2', 'const limit = 3'],
    ['}, 300)', '}, 310)'],
    ['Math.floor(Math.random() * down.length)', 'down.length - 1'],
    ['toISOString', 'toString'],
    ['{chosen: new Date().toISOString()}', '{}'],
    ['up.length < limit', 'up.length <= limit'],
  ],
  walker: [
    ['sleep(80)', 'sleep(81)'],
    ['sleep(40 + ', 'sleep(41 + '],
    ["signal: 'walk'", "signal: 'wolk'"],
    ['await hub.disconnect(address)', ''],
    ['queue.push(address)\n    }', 'queue.unshift(address)\n    }'],
    ['{hello, took', '{hallo: hello, took'],
  ],
  debounced: [
    ['soon = setTimeout(act, 120)', 'soon = setTimeout(act, 125)'],
    ['last < 250', 'last < 2500'],
    ['randomBytes(4)', 'randomBytes(5)'],
    ['hub.getState(address) || ', ''],
  ],
  reader: [
    [', 150)', ', 151)'],
    [', 400)', ', 500)'],
    ['order: since.size', 'order: since.size + 1'],
    ['setImmediate(() => hub.update', 'void ((f) => f())(() => hub.update'],
  ],
  watcher: [
    ['sweep, 220', 'sweep, 221'],
    ['age > 700', 'age > 70'],
    ['age / 100', 'age / 99'],
  ],
  'ssb-conn': [
    ['this.updateSoon(), 2e3', 'this.updateSoon(), 2.1e3'],
    ['this.maintainConnections(5, isRoom', 'this.maintainConnections(1, isRoom'],
    ['data.cooldown = cooldown;', 'data.cooldown = cooldown + 1;'],
    ['period * 0.5 + period', 'period * 0.6 + period'],
    ['db.update(address, { stateChange: Date.now(), failure: 0 });', 'db.update(address, { failure: 0 });'],
    ['writeTimeout: 1e3', 'writeTimeout: 1.1e3'],
  ],
}

/** Gives the plugin as `load` does, with the texts replaced in whatever module they stand. */
function loadChanged(load, [from, to, ...more]) {
  const changes = [[from, to], ...more]
  const compile = Module.prototype._compile
  const found = new Set()
  Module.prototype._compile = function (text, file, ...rest) {
    let changed = text
    if (/plugins\.cjs$|ssb-conn(-db)?.lib/.test(file)) {
      for (const [before, after] of changes) {
        if (changed.includes(before)) found.add(before)
        changed = changed.replace(before, () => after)
      }
    }
    return compile.call(this, changed, file, ...rest)
  }
  try {
    return load()
  } finally {
    Module.prototype._compile = compile
    for (const [before] of changes) if (!found.has(before)) console.error(`not found: ${before}`)
  }
}

module.exports = {same, other, loadChanged}
