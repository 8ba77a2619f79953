/** Names for tests, and the keys and addresses of the peers that have them. */

/** The length of a key in base64, without the padding at its end. */
const length = 43

/** The public key of a peer, in the form of `rpc.id`. It shows the name, and no two names have the same. */
export function keyOfName(name: string): string {
  return `@${base64OfName(name)}.ed25519`
}

/** The address of a peer. Several hosts are several addresses of the one peer. */
export function addressOf(name: string, host = `${name}.example.com`): string {
  return `net:${host}:8008~shs:${base64OfName(name)}`
}

/** From where a remote seems to connect to us: its address is not the one that leads to it. */
export function originOf(name: string): string {
  return `net:192.0.2.1:50000~shs:${base64OfName(name)}`
}

/** The name itself, filled up. What base64 does not have, or the filling, is written as a code. */
function base64OfName(name: string): string {
  const letters = name.replace(/[^a-z0-9]/g, (letter) => `/${letter.charCodeAt(0).toString(16)}/`)
  if (letters.length >= length) throw new RangeError(`this name is too long for a key: ${name}`)
  return `${letters.padEnd(length, 'A')}=`
}

/** The key of the fake stack itself. */
export const ourKey: string = keyOfName('us')
