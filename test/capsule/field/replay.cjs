// Replays recordings. Arguments: plugin, how often, paths. Prints a line of JSON for each replay.
require('./hub-module.cjs')
const {replayPlugin} = require('ssb-conn-hub/capsule')

const [, , name, times, ...paths] = process.argv
const load = name === 'ssb-conn' ? require('./ssb-conn.cjs') : () => require('./plugins.cjs')[name]

async function main() {
  for (const path of paths) {
    for (let i = 0; i < Number(times); i++) {
      const began = performance.now()
      const {turns, commands, message, stack} = await replayPlugin(load, path).catch((error) => error)
      const isExact = message === undefined
      const ms = Math.round(performance.now() - began)
      console.log(
        JSON.stringify({path, isExact, turns, commands, ms, message, ...(process.env.STACK && {stack})}),
      )
    }
  }
  process.exit()
}

main()
