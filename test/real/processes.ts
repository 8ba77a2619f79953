import {fork} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {onTestFinished} from 'vitest'
import {addressOf} from './peers'
import {freePort} from './sockets'
import {configOf, type Version} from './versions'

/** Starts a peer in a process of its own, which lives until the test ends. */
export async function spawnPeer(version: Version) {
  const host = '127.0.0.1'
  const port = await freePort(host)
  const config = JSON.stringify(configOf(version, {host, port}))
  const child = fork(join(__dirname, 'peer-process.mjs'), [version, config])
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  const [id]: string[] = await once(child, 'message')
  if (id === undefined) throw new Error('the process did not tell its id')
  const dial = (address: string) => child.send(address)
  return {
    id,
    port,
    address: addressOf(id, port),
    dial,
    kill,
    /** Stops the process where it is: it is there, and does nothing. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  }
}
