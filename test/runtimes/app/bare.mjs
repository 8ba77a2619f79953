// node bare.mjs BUNDLE: runs a bundle where nothing of Node.js is, and only those globals that every browser has.
import {readFileSync} from 'node:fs'
import {createContext, runInContext} from 'node:vm'

const {console, setTimeout, clearTimeout, queueMicrotask, TextDecoder, MessageChannel, AbortController, URL} =
  globalThis
const context = createContext({
  console,
  setTimeout,
  clearTimeout,
  queueMicrotask,
  TextDecoder,
  MessageChannel,
  AbortController,
  URL,
})
runInContext('globalThis.self = globalThis.window = globalThis', context)
runInContext(readFileSync(process.argv[2], 'utf8'), context, {filename: process.argv[2]})
context.life.then(() => console.log('all is well'))
