import {sha256} from '@noble/hashes/sha2'

/**
 * Seeds are private keys. They stand in addresses as `~shs:KEY:SEED`, in old invites as `@KEY.ed25519~SEED`, in
 * invites for the DHT as `dht:SEED:ID`; and all of that may be in text that was escaped, more than once: by the `!`
 * of multiserver, by the percent signs of a URL (`%3A`, in a URL within a URL `%253A`), by the `\/` of JSON.
 */
// `%`, `%25`, `%2525`: a percent sign, however often it was escaped
const percent = '%(?:25)*'
// `/`, `\/`, `%2F`, `%5C%2F`
const slash = `(?:\\\\|${percent}5[cC])*(?:/|${percent}2[fF])`
// `A`, `+`, `=`, `%2B`, `%3D`: of a key or a seed in base64
const char = `(?:[A-Za-z0-9+=_-]|${slash}|${percent}(?:2[bB]|3[dD]))`
// `:`, `!:`, `%3A`
const colon = `(?:!*:|${percent}3[aA])`
// `~`, `!~`, `%7E`
const tilde = `(?:!*~|${percent}7[eE])`
// `KEY`, `@KEY.ed25519`, `%40KEY.ed25519`
const key = `(?:@|${percent}40)?${char}+(?:\\.ed25519)?`
// what stands before a seed: `shs:KEY:`, `shs2:@KEY.ed25519:`
const shs = `shs[a-z0-9-]{0,9}${colon}${key}${colon}`
// `.ed25519~` of `@KEY.ed25519~SEED`, but not of `@KEY.ed25519~shs:KEY`, where no seed follows
const invite = `\\.ed25519${tilde}(?!shs[a-z0-9-]{0,9}${colon})`
// `dht:` of `dht:SEED:ID`
const dht = `dht${colon}`
const seeds = new RegExp(`(${shs}|${invite}|${dht})(${char}+)`, 'g')
const anySeed = new RegExp(`(?:${shs}|${invite}|${dht})${char}`)

const form = /seed-[0-9a-f]{16}/
const whole = new RegExp(`^${form.source}$`)

/**
 * Puts a short mark in place of every seed in the text. The same seed always gets the same mark,
 * which does not lead back to it; marking twice changes nothing. JSON text may be marked as a whole:
 * of the characters that a seed is made of, JSON escapes none but the slash. Pure.
 */
export function mark(text: string): string {
  return text.replace(seeds, (_, before: string, seed: string) => before + markOf(seed))
}

/** Whether the text carries a mark: such an address cannot be dialled, its secret is not there any more. */
export function isMarked(text: string): boolean {
  return form.test(text)
}

/** An address that has a mark, as it would be without the seed. */
export function withoutMarks(address: string): string {
  return isMarked(address) ? address.replace(new RegExp(`[:~]${form.source}`, 'g'), '') : address
}

/** `shs:KEY:AA%2BB`, `shs:KEY:AA\/B` */
const escapedSeed = new RegExp(`(?:${shs}|${invite}|${dht})${char}*[%\\\\]`)
/** A part of an address that may have a seed: `shs:KEY:…`, `dht:…`. */
const secretPart = /(?:^|[~;])(?:shs[a-z0-9-]*:[^:~;]*:|dht:)[^~;]+/g
/** The forms of it that `mark` knows: `shs:KEY:SEED` alone, and `dht:SEED` with anything after it. */
const knownPart = new RegExp(
  `^[~;]?(?:shs[a-z0-9-]{0,9}:${key}:[A-Za-z0-9+/=_-]+$|dht:[A-Za-z0-9+/=_-]+(?::|$))`,
)

/**
 * Whether a seed stands in the text in a way that its mark could not stand for: escaped, so that another text has the
 * same mark, as `shs:KEY:AA%2BB`; or, in an address, in a form that gets no mark, though it can be dialled, as
 * `shs:KEY:'SEED`.
 */
export function hidesSeed(text: string): boolean {
  if ((text.includes('%') || text.includes('\\')) && escapedSeed.test(text)) return true
  // Most addresses have no such part.
  return text.match(secretPart)?.some((part) => !knownPart.test(part)) ?? false
}

/**
 * Marks all strings and field names in a JSON value. What needs no mark is returned as it is: that is looked for first,
 * because hardly a value has a seed, and its JSON costs several times what the look does.
 */
export function redact<T>(value: T): T {
  if (!hasSeed(value)) return value
  const text = JSON.stringify(value)
  const marked = mark(text)
  return marked === text ? value : JSON.parse(marked)
}

/** Whether a seed, or the mark of one, stands in a string or a field name. No seed goes over the end of a string. */
function hasSeed(value: unknown): boolean {
  if (typeof value === 'string') return anySeed.test(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasSeed)
  for (const name in value) if (hasSeed(name) || hasSeed(value[name as keyof object])) return true
  return false
}

function markOf(seed: string): string {
  if (whole.test(seed)) return seed
  const text = `ssb-conn-hub seed ${unescaped(seed)}`
  // It is all ASCII, and not every runtime has a TextEncoder.
  const digest = sha256(Uint8Array.from(text, (char) => char.charCodeAt(0))).subarray(0, 8)
  return `seed-${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

const escaped = new RegExp(`${percent}([0-9a-fA-F]{2})`, 'g')

function unescaped(seed: string): string {
  const decoded = seed.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return decoded.replace(/\\/g, '')
}
