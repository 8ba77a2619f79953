// What ES modules can import of each entry.
import ConnHub, {ConnHubError} from 'ssb-conn-hub'
import * as types from 'ssb-conn-hub/lib/types'
import * as logFile from 'ssb-conn-hub/log-file'
import * as replay from 'ssb-conn-hub/replay'
import * as testing from 'ssb-conn-hub/testing'

const namesOf = (module) =>
  Object.keys(module).filter((name) => !/^(default|module\.exports|__esModule)$/.test(name))
console.log(
  JSON.stringify({
    main: [typeof ConnHub, ConnHubError === ConnHub.ConnHubError],
    types: namesOf(types),
    logFile: namesOf(logFile),
    replay: namesOf(replay),
    testing: namesOf(testing).length,
  }),
)
