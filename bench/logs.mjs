/** Logs as hubs record them, of as many events as are asked for. */
import {Peer} from './stack.mjs'

const peers = Array.from({length: 1000}, (_, number) => new Peer(number))
const start = 1_700_000_000_000

/** All peers connect, and then the metadata of one or another are updated. */
export function updates(count) {
  const random = generator()
  return record(count, (i) => {
    if (i < peers.length) return connected(peers[i], i)
    const {address} = peers[random(peers.length)]
    return {type: 'updated', address, cause: 'caller', data: {failure: i % 7, stateChange: start + i}}
  })
}

/** One peer or another is dialled, connected or not, updated and disconnected, over and over. */
export function churn(count) {
  const random = generator()
  const steps = new Uint32Array(peers.length)
  return record(count, (i) => {
    const number = random(peers.length)
    const {address, key} = peers[number]
    const cause = 'stack'
    switch (steps[number]++ % 9) {
      case 0:
      case 5:
        return dialled(peers[number], i)
      case 1:
        return answered(peers[number], i)
      case 2:
        return {type: 'updated', address, cause: 'caller', data: {stateChange: start + i}}
      case 3:
        return {type: 'disconnecting', address, cause: 'caller', key}
      case 4:
      case 8:
        return {type: 'disconnected', address, cause, key}
      case 6: {
        const error = {message: 'connect ECONNREFUSED', name: 'Error', code: 'ECONNREFUSED'}
        return {type: 'connecting-failed', address, cause, key, attempt: i, error}
      }
      default:
        return connected(peers[number], i)
    }
  })
}

/** The lines of a log in text, each with its newline. */
export function linesOf(events) {
  return events.map((event) => `${JSON.stringify(event)}\n`)
}

function record(count, eventOf) {
  return Array.from({length: count}, (_, i) => Object.freeze({seq: i + 1, time: start + i, ...eventOf(i)}))
}

function dialled({address, key}, attempt) {
  const data = {source: 'stored', birth: start, failure: 0, autoconnect: true}
  return {type: 'connecting', address, cause: 'caller', attempt, key, data}
}

function answered({address, key}, attempt) {
  const link = {link: attempt, inbound: false, isClient: true, attempt, inferredType: 'internet'}
  return {type: 'connected', address, cause: 'stack', key, ...link}
}

function connected({address, key}, number) {
  const link = {link: number, inbound: true, isClient: false, inferredType: 'internet'}
  return {type: 'connected', address, cause: 'remote', key, ...link}
}

/** Whole numbers below a limit that look random, and are the same in every run. */
function generator() {
  let state = 1
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
