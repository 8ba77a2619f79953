#!/usr/bin/env node
/** `npm run demo`: shows on real peers what the hub does, and checks it. See the usage below. */
import {parseArgs} from 'node:util'
import {commandLine, UsageError} from '../test/kit/command-line.mjs'
import './built.mjs'

const {dial} = await import('./demo/dial.mjs')
const {DemoError} = await import('./demo/errors.mjs')
const {assertNew} = await import('./demo/log.mjs')
const {shorten} = await import('./demo/names.mjs')
const {show} = await import('./demo/show.mjs')

const usage = `Usage: npm run demo                 shows three peers in this process
       npm run demo -- ADDRESS      dials a peer, shows what happens, and hangs up

ADDRESS is a multiserver address, such as net:example.com:8008~shs:KEY

  --keep FILE  keeps the log of the hub in a new file, as JSON lines without secrets
  -h, --help   shows this text

In the end the log is replayed. Exits with 1 if something did not happen as it should. Colours: NO_COLOR, FORCE_COLOR.
npm prints the command it runs: if ADDRESS carries a secret, use node examples/demo.mjs ADDRESS
`

// Whoever reads a part only, as head does, has seen enough.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const asked = commandLine('demo', usage, read)
if (asked) process.exitCode = await main(asked)

async function main({address, keep}) {
  try {
    if (keep !== undefined) assertNew(keep)
    await (address === undefined ? show(keep) : dial(address, keep))
    return 0
  } catch (error) {
    return fail(error instanceof DemoError ? error.message : shorten(String(error?.stack ?? error)))
  }
}

/** @returns {{address?: string, keep?: string}} */
function read(args) {
  try {
    const options = {keep: {type: 'string'}}
    const {values, positionals} = parseArgs({args, options, allowPositionals: true})
    if (positionals.length > 1) throw new UsageError('one address at a time, please')
    if (values.keep === '') throw new UsageError('--keep needs the name of a file')
    return {address: positionals[0], keep: values.keep}
  } catch (error) {
    // It quotes what was given, which may carry a secret.
    throw new UsageError(shorten(error.message))
  }
}

function fail(message) {
  process.stderr.write(`demo: ${message}\n`)
  return 1
}
