/** The package as it is built, and npm's ssb-conn-hub 1.2.1. */
import {createRequire} from 'node:module'

const require = createRequire(import.meta.url)

export const ConnHub = require('../lib/index.js')
export const ConnHub1 = require('ssb-conn-hub-1')
export const {decode, fold, ReplayHub} = require('../lib/replay.js')
export const {recordLog, readLog, foldLog} = require('../lib/log-file.js')
