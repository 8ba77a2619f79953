import {sha256} from '@noble/hashes/sha2'

/**
 * Seeds are private keys. They stand in addresses as `~shs:KEY:SEED`, in old invites as
 * `@KEY.ed25519~SEED`, and in links with percent signs for what a URL must escape.
 */
const char = '(?:[A-Za-z0-9+/=_-]|%2[bBfF]|%3[dD])'
const colon = '(?:!*:|%3[aA])'
const tilde = '(?:!*~|%7[eE])'
const key = `(?:@|%40)?${char}+(?:\\.ed25519)?`
const shs = `shs[a-z0-9-]{0,9}${colon}${key}${colon}`
const invite = `\\.ed25519${tilde}(?!shs[a-z0-9-]{0,9}${colon})`
const seeds = new RegExp(`(${shs}|${invite})(${char}+)`, 'g')

/** What a URL carries: its separators are escaped, or it is an old invite, which is no address. */
const isEscaped = /%3[aA]$|(?:~|%7[eE])$/

const form = /seed-[0-9a-f]{16}/
const whole = new RegExp(`^${form.source}$`)

/**
 * Puts a short mark in place of every seed in the text. The same seed always gets the same mark,
 * which does not lead back to it; marking twice changes nothing. JSON text may be marked as a whole,
 * because JSON escapes none of the characters that a seed is made of. Pure.
 */
export function mark(text: string): string {
  return text.replace(
    seeds,
    (_, before: string, seed: string) => before + markOf(seed, isEscaped.test(before)),
  )
}

/** Whether the text carries a mark: such an address cannot be dialled, its secret is not there any more. */
export function isMarked(text: string): boolean {
  return form.test(text)
}

const escapedSeed = new RegExp(`(?:${shs}|${invite})${char}*%`)
/** The part of an address that has a seed in another form than `mark` knows. */
const oddPart = new RegExp(
  `(?:^|[~;])shs(?![a-z0-9-]{0,9}:${key}:[A-Za-z0-9+/=_-]+(?:[~;]|$))[a-z0-9-]*:[^:~;]*:[^~;]`,
)

/**
 * Whether a seed stands in the text in a way that its mark could not stand for: written with percent signs, so
 * that another text has the same mark; or, in an address, in a form that gets no mark, though it can be dialled.
 */
export function hidesSeed(text: string): boolean {
  return (text.includes('%') && escapedSeed.test(text)) || oddPart.test(text)
}

/** Marks all strings and field names in a JSON value. What needs no mark is returned as it is. */
export function redact<T>(value: T): T {
  if (value === undefined) return value
  const text = JSON.stringify(value)
  const marked = mark(text)
  return marked === text ? value : JSON.parse(marked)
}

function markOf(seed: string, escaped: boolean): string {
  if (whole.test(seed)) return seed
  const text = `ssb-conn-hub seed ${escaped ? decodeURIComponent(seed) : seed}`
  // It is all ASCII, and not every runtime has a TextEncoder.
  const digest = sha256(Uint8Array.from(text, (char) => char.charCodeAt(0))).subarray(0, 8)
  return `seed-${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
