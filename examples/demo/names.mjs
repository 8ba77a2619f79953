/** Public keys are 44 characters of base64. Here they become names, or at least short; seeds become marks. */
import {mark} from '../../lib/src/values/secrets.js'

const publicKeys = /(@?)([A-Za-z0-9+/_-]{6})[A-Za-z0-9+/_-]{37}=?(?:\.ed25519)?/g

export class Names {
  #byKey = new Map()

  add(key, name) {
    this.#byKey.set(key, name)
  }

  /** The name of the peer with this key, else a short form of the key. */
  of(key) {
    return this.#byKey.get(key) ?? shorten(key ?? 'unknown')
  }
}

/** Any text without its seeds, and with its keys in short form. */
export function shorten(text) {
  return mark(text).replace(publicKeys, '$1$2…')
}

/** What went wrong, in the words of whoever threw it, on one line. */
export function reasonOf(error) {
  return shorten(String(error?.message || error?.code || error)).replace(/\s+/g, ' ')
}
