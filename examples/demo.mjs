#!/usr/bin/env node
/** `npm run demo`: shows on real peers what the hub does, and checks it. See the usage below. */
import {parseArgs} from 'node:util'
import {dial} from './demo/dial.mjs'
import {DemoError} from './demo/errors.mjs'
import {shorten} from './demo/names.mjs'
import {show} from './demo/show.mjs'

const usage = `Usage: npm run demo                 shows three peers in this process
       npm run demo -- ADDRESS      dials a peer, shows what happens, and hangs up

ADDRESS is a multiserver address, such as net:example.com:8008~shs:KEY

  -h, --help   shows this text

Exits with 1 if something did not happen as it should. Colours: NO_COLOR, FORCE_COLOR.
npm prints the command it runs: if ADDRESS carries a secret, use node examples/demo.mjs ADDRESS
`

// Whoever reads a part only, as head does, has seen enough.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const asked = parse(args)
  if (asked.problem !== undefined) return fail(`${asked.problem}\n\n${usage.trimEnd()}`)
  if (asked.help) {
    process.stdout.write(usage)
    return 0
  }
  try {
    await (asked.address === undefined ? show() : dial(asked.address))
    return 0
  } catch (error) {
    return fail(error instanceof DemoError ? error.message : shorten(String(error?.stack ?? error)))
  }
}

/** @returns {{problem?: string, help?: boolean, address?: string}} */
function parse(args) {
  try {
    const options = {help: {type: 'boolean', short: 'h'}}
    const {values, positionals} = parseArgs({args, options, allowPositionals: true})
    if (positionals.length > 1) return {problem: 'one address at a time, please'}
    return {help: values.help, address: positionals[0]}
  } catch (error) {
    return {problem: shorten(error.message)}
  }
}

function fail(message) {
  process.stderr.write(`demo: ${message}\n`)
  return 1
}
