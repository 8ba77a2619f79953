import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {decode, fold} from '../../src/replay'

test('a pipe that is open already is written to by its name among what is open', () => {
  const script = `
    const [, lib] = process.argv
    const ConnHub = require(lib)
    const {recordLog} = require(lib + '/log-file')
    const hub = new ConnHub({addListener() {}, connect(address, callback) { callback(null, {}) }})
    const recording = recordLog(hub, '/dev/stdout', {maxBytes: 1, keep: 0})
    for (let n = 0; n < 5; n++) hub.connect('net:bob.example.com:8008', {n})
    recording.close()
  `
  const command = ['-c', '"$0" -e "$1" "$2" | cat', process.execPath, script, join(__dirname, '../../lib')]
  const {events, torn} = decode(execFileSync('sh', command))
  expect(torn).toBeUndefined()
  expect(fold(events).entries).toMatchObject([['net:bob.example.com:8008', {state: 'connected', n: 4}]])
})
