import {habitsOf, type Kind} from './habits'
import type {Random} from './random'

/** Who lives where: what is known of a peer before anything happens. */
export interface Resident {
  readonly id: string
  readonly kind: Kind
  /** In hours. */
  readonly zone: number
  /** Where it can be dialled, if somebody is at home. */
  readonly addresses: readonly string[]
}

/** Addresses that lead to nobody in particular. */
export const oddAddresses = {
  /** Without a key, and it leads to ourselves. */
  ourselves: 'net:this-machine.example.com:8008',
  /** secret-stack throws where it is to dial it. */
  impossible: 'net:mistyped.example.com:80080',
} as const

export function populate(count: number, random: Random): Resident[] {
  const kinds = Object.entries(habitsOf) as [Kind, (typeof habitsOf)[Kind]][]
  return Array.from({length: count}, (_, i) => {
    let chance = random.next()
    let kind: Kind = 'phone'
    for (const [name, {share}] of kinds) {
      if (chance >= 0 && chance < share) kind = name
      chance -= share
    }
    const key = random.base64(32)
    const zone = random.pick([-5, 0, 1, 1, 2, 2, 5])
    return {id: `@${key}.ed25519`, kind, zone, addresses: addressesOf(i, kind, key, random)}
  })
}

function addressesOf(i: number, kind: Kind, key: string, random: Random): string[] {
  const shs = `shs:${key}`
  const some = (probability: number, address: () => string) => (random.chance(probability) ? [address()] : [])
  const tunnel = () => `tunnel:@${random.base64(32)}.ed25519:@${key}.ed25519~${shs}`
  switch (kind) {
    case 'pub':
      return [
        `net:pub${i}.example.com:8008~${shs}`,
        ...some(0.4, () => `net:198.18.${i >> 8}.${i & 255}:8008~${shs}`),
        ...some(0.2, () => `wss://pub${i}.example.com~${shs}`),
        ...some(0.1, () => `net:pub${i}.example.com:8008~${shs}:${random.base64(32)}`),
        ...some(0.02, () => `net:pub${i}.example.com:8010`),
      ]
    case 'desktop':
      return [
        ...some(0.2, () => `net:192.168.${i & 7}.${i & 255}:8008~${shs}`),
        ...some(0.25, tunnel),
        ...some(0.05, () => `net:[2001:db8::${i.toString(16)}]:8008~${shs}`),
      ]
    case 'phone':
      return some(0.15, tunnel)
    case 'gone':
      return [`net:gone${i}.example.com:8008~${shs}`]
  }
}
