import {createHash} from 'node:crypto'
import {mark} from '../../values/secrets'

/** A private key as ssb-keys writes it: 64 bytes, and the name of the curve. */
const privateKey = /[A-Za-z0-9+/]{86}==\.ed25519/g

const ending = '==.ed25519'

/** Puts a mark in place of every seed and every private key in the text of a line. Marking twice changes nothing. */
export function markSecrets(text: string): string {
  const marked = mark(text)
  // To look for its end first is much faster.
  if (!marked.includes(ending)) return marked
  return marked.replace(privateKey, (key) => {
    const digest = createHash('sha256').update(`ssb-conn-hub key ${key}`).digest('hex').slice(0, 16)
    return `key-${digest}`
  })
}
