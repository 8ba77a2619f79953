// Replays a recording with the plugin changed in every way of `variants.cjs`. Arguments: plugin, paths. Prints a line
// of JSON for each.
require('./hub-module.cjs')
const {replayPlugin} = require('ssb-conn-hub/capsule')
const {loadChanged, other, same} = require('./variants.cjs')

const [, , name, ...paths] = process.argv
const load = name === 'ssb-conn' ? require('./ssb-conn.cjs') : () => select(require('./plugins.cjs'))
const select = (plugins) => plugins[name]

async function main() {
  for (const path of paths) {
    for (const [kind, changes] of [
      ['same', same[name]],
      ['other', other[name]],
    ]) {
      for (const change of changes) {
        const result = await replayPlugin(() => loadChanged(load, change), path).catch((error) => error)
        const isNoticed = result.message !== undefined
        console.log(
          JSON.stringify({path, kind, change: change.slice(0, 2), isNoticed, message: result.message}),
        )
      }
    }
  }
  process.exit()
}

main()
