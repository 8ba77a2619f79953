/**
 * The least that the job can cost: a hub as one would write it for speed, in one class. It checks addresses, copies
 * metadata as JSON, freezes what it gives, numbers and logs its events with a checkpoint of those that it drops, tells
 * one listener, and keeps the table with its index by keys. Its events and its table are those of the real hub
 * (`test/least.test.ts` compares them).
 *
 * It leaves out what makes a hub safe to use: further links of a peer, readers that call the hub, rpcs that are closed
 * before they tell, code of others that throws, signals, disconnects, addresses with seeds.
 */
import multiserverAddress from 'multiserver-address'
import {MutableFold} from './mutable-fold.mjs'

export class Least {
  #stack
  #listener
  #change
  #limit
  #now
  /** Address → entry. */
  #entries = new Map()
  /** Key → address. */
  #addresses = new Map()
  #log = []
  #start = 0
  #dropped = new MutableFold()
  #seq = 0
  #time = 0
  #ids = 0
  /** The event whose consequence comes now. */
  #during

  /** @param options.change makes a changed copy of a peer: a shallow one, or one of immer's */
  constructor(stack, {listener = () => {}, change = shallowly, logLimit = 10_000, now = Date.now} = {}) {
    this.#stack = stack
    this.#listener = listener
    this.#change = change
    this.#limit = logLimit
    this.#now = now
    // An outgoing rpc is claimed by the callback of its dial.
    stack.addListener('rpc:connect', (rpc, isClient) => {
      if (!isClient) this.#join(rpc)
    })
  }

  update(address, data) {
    const entry = this.#entries.get(address)
    if (!entry) return false
    const event = this.#stamp('updated', address, 'caller', entry[1].key)
    event.data = copy(data)
    const peer = this.#change(entry[1], (draft) => {
      Object.assign(draft, event.data)
      draft.hubUpdated = event.time
    })
    this.#set(address, peer, event)
    return true
  }

  connect(address) {
    return new Promise((resolve, reject) => {
      const key = keyOf(address)
      if (key === this.#stack.id) return resolve(false)
      const event = this.#stamp('connecting', address, 'caller', key)
      event.attempt = ++this.#ids
      this.#addresses.set(key, address)
      this.#set(address, {state: 'connecting', hubBirth: event.time, hubUpdated: event.time, key}, event)
      this.#tell({type: 'connecting', address, key})
      this.#during = event.seq
      this.#stack.connect(address, (error, rpc) => {
        if (error) {
          this.#fail(address, key, event.attempt, error)
          reject(error)
        } else {
          this.#connected(address, rpc, true, event.attempt)
          resolve(rpc)
        }
      })
      this.#during = undefined
    })
  }

  /** A remote has connected to us. */
  #join(rpc) {
    if (rpc.id === this.#stack.id) return
    const address = this.#addresses.get(rpc.id) ?? rpc.stream.address
    if (!this.#entries.has(address)) keyOf(address)
    this.#connected(address, rpc, false)
  }

  #connected(address, rpc, isClient, attempt) {
    const key = rpc.id
    const before = this.#entries.get(address)?.[1]
    const event = this.#stamp('connected', address, isClient ? 'stack' : 'remote', key)
    event.link = ++this.#ids
    event.inbound = !isClient
    event.isClient = isClient
    if (attempt !== undefined) event.attempt = attempt
    event.inferredType = isLan.test(rpc.stream.address) ? 'lan' : 'internet'
    const connect = (peer) => {
      peer.key = key
      peer.inferredType = event.inferredType
      peer.inbound = !isClient
      peer.state = 'connected'
      peer.hubUpdated = event.time
    }
    let after
    if (before) {
      after = this.#change(before, connect)
    } else {
      after = {state: 'connected', hubBirth: event.time, hubUpdated: event.time}
      connect(after)
      this.#addresses.set(key, address)
    }
    this.#set(address, after, event)
    rpc.on('closed', () => {
      const event = this.#stamp('disconnected', address, 'remote', key)
      this.#delete(address, key, event)
      this.#tell({type: 'disconnected', address, key})
    })
    this.#tell({type: 'connected', address, key, details: Object.freeze({rpc, isClient})})
  }

  #fail(address, key, attempt, {message, name, code}) {
    const event = this.#stamp('connecting-failed', address, 'stack', key)
    event.attempt = attempt
    event.error = Object.freeze({message, name, code})
    this.#delete(address, key, event)
    this.#tell({type: 'connecting-failed', address, key})
  }

  #tell(event) {
    this.#listener(Object.freeze(event))
  }

  #stamp(type, address, cause, key) {
    const time = this.#now()
    if (time > this.#time) this.#time = time
    const event = {seq: ++this.#seq, time: this.#time, type, address, cause, key}
    if (this.#during !== undefined) event.during = this.#during
    return event
  }

  #set(address, peer, event) {
    this.#entries.set(address, Object.freeze([address, Object.freeze(peer)]))
    this.#append(event)
  }

  #delete(address, key, event) {
    this.#entries.delete(address)
    this.#addresses.delete(key)
    this.#append(event)
  }

  #append(event) {
    this.#log.push(Object.freeze(event))
    if (this.#log.length - this.#start <= this.#limit) return
    this.#dropped.apply(this.#log[this.#start++])
    if (this.#start <= this.#limit) return
    this.#log = this.#log.slice(this.#start)
    this.#start = 0
  }

  entries() {
    return [...this.#entries.values()].values()
  }

  /** The state before the first event that is kept, and those events. */
  log() {
    return {checkpoint: this.#dropped.snapshot(), events: this.#log.slice(this.#start)}
  }
}

function shallowly(peer, recipe) {
  const changed = {...peer}
  recipe(changed)
  return changed
}

/** A deeply frozen copy of what JSON can carry. */
function copy(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Object.freeze(value.map(copy))
  const copied = {}
  for (const name in value) if (value[name] !== undefined) copied[name] = copy(value[name])
  return Object.freeze(copied)
}

const shs = /~shs:([^:~;]+)/
const mayHaveSeed = /[%\\]|shs[^:]*:[^:~;]*:|dht:/
const isLan = /^net:(?:10|127|192\.168)\./

/** The key of an address. Throws for what is none, or may have a seed. */
function keyOf(address) {
  if (address.length > 4096 || !multiserverAddress.check(address) || mayHaveSeed.test(address)) {
    throw new Error('no address without a seed')
  }
  return `@${shs.exec(address)[1]}.ed25519`
}
