import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import createNet from 'multiserver/plugins/net'
import createShs from 'multiserver/plugins/shs'
import createWs from 'multiserver/plugins/ws'
import ssbKeys from 'ssb-keys'
import {describe, expect, test} from 'vitest'
import {inferType, invalidAddress, isAddress, keyOf} from '../../src/values/address'
import {mark} from '../../src/values/secrets'

const keys = ssbKeys.generate()
const shs = createShs({keys, appKey: Buffer.alloc(32)})
const net = createNet({})
const ws = createWs({})
const bytes = fc.uint8Array({minLength: 32, maxLength: 32}).map((key) => Buffer.from(key))

describe('an address', () => {
  test.each([
    undefined,
    null,
    7,
    {},
    ['net:example.com:8008'],
    new String('net:example.com:8008'),
  ])('is a string, and not %o', (value) => {
    expect(isAddress(value)).toBe(false)
    expect(invalidAddress(value).message).toContain('expected a string such as net:example.com:8008~shs:KEY')
  })

  test('has at most 4,096 characters', () => {
    const longest = `net:${'a'.repeat(4090)}:1`
    expect(longest).toHaveLength(4096)
    expect(isAddress(longest)).toBe(true)
    expect(isAddress(`${longest}1`)).toBe(false)
    expect(invalidAddress(`${longest}1`).message).toContain('it must not be longer than 4096 characters')
  })

  const key = Buffer.alloc(32, 'k').toString('base64')

  test.each([
    ['has no protocol', '', 'expected a string such as net:example.com:8008~shs:KEY'],
    ['has a mark', `net:a.com:1~shs:${key}:seed-0123456789abcdef`, 'use the address as it was before'],
    [
      'has a mark, and is as long as may be',
      `net:${'a'.repeat(4065)}:8008~seed-0123456789abcdef`,
      'use the address as it was before',
    ],
    ['hides its seed', `net:a.com:1~shs:${key}:AA%2BB`, 'its seed must be written in plain base64'],
  ])('that %s is refused, and that is said', (_what, address, said) => {
    expect(isAddress(address)).toBe(false)
    expect(invalidAddress(address).message).toContain(said)
  })
})

describe('keyOf()', () => {
  test('reads the key that multiserver’s shs plugin reads', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('base64', 'base64url'), fc.boolean(), (key, encoding, hasSeed) => {
        const part = `shs:${key.toString(encoding)}${hasSeed ? `:${keys.private.slice(0, 44)}` : ''}`
        const parsed = shs.parse(part)?.key ?? key
        expect(keyOf(`net:example.com:8008~${part}`)).toBe(`@${parsed.toString('base64')}.ed25519`)
      }),
    )
  })

  test.each([
    ['net:example.com:8008~shs:AAA', '@AAA.ed25519'],
    ['ws://example.com:80~shs:AAA;net:example.com:8008~shs:BBB', '@AAA.ed25519'],
    ['onion:abc.onion:8008;net:example.com:8008~shs:BBB', '@BBB.ed25519'],
    ['tunnel:@ROOM.ed25519:@TARGET.ed25519~shs:TARGET', '@TARGET.ed25519'],
    ['net:example.com:8008~shs2:AAA', '@AAA.ed25519'],
    ['shs:AAA', '@AAA.ed25519'],
    ['net:example.com:8008~shs:@AAA.ed25519', '@AAA.ed25519'],
    ['net:example.com:8008~shs:AAA.ed25519', '@AAA.ed25519'],
    ['net:example.com:8008', undefined],
    ['net:example.com:8008~noauth', undefined],
    ['net:example.com:8008~shs', undefined],
    ['net:example.com:8008~shs:', undefined],
    ['net:my!~shs:AAA:8008~noauth', undefined],
    ['net:my!!~shs:AAA', '@AAA.ed25519'],
    ['net:example.com:8008~xshs:AAA', undefined],
    ['net:example.com:8008~shs:AA@AA', '@AA@AA.ed25519'],
    ['net:example.com:8008~shs:AA.ed25519A', '@AA.ed25519A.ed25519'],
    [`net:example.com:8008~shs:.${'A'.repeat(43)}`, `@.${'A'.repeat(43)}.ed25519`],
    [`net:example.com:8008~shs:${'A'.repeat(44)}`, `@${'A'.repeat(44)}.ed25519`],
    [`net:example.com:8008~shs:${'A'.repeat(43)}==`, `@${'A'.repeat(43)}==.ed25519`],
  ])('%s has key %s', (address, key) => {
    expect(isAddress(address)).toBe(true)
    expect(keyOf(address)).toBe(key)
  })
})

describe('a seed in an address', () => {
  const seed = Buffer.alloc(32, 's').toString('base64')
  const key = Buffer.alloc(32, 'k').toString('base64')

  test.each([
    `shs:${key}:${seed}`,
    `shs:@${key}.ed25519:${seed}`,
    `shs:${key}:@${seed}`,
    `shs:${key}:'${seed}`,
    `shs:${key}:${seed.slice(0, 9)}.${seed.slice(9)}`,
    `shs:${key.slice(0, 9)}.${key.slice(9)}:${seed}`,
    `shs: ${key}:${seed}`,
    `shs:${key}::${seed}`,
    `shs:${key}:${seed}:${seed}`,
    `shs:${key}:${encodeURIComponent(seed)}`,
    `shs-of-a-long-name:${key}:${seed}`,
    `dht:${seed}:@${key}.ed25519`,
    `dht:${seed}`,
    `dht:@${seed}`,
    `dht:${seed.slice(0, 9)}.${seed.slice(9)}:${key}`,
    `dht:${seed.slice(0, 9)}\\/${seed.slice(9)}:${key}`,
    `dht::${seed}`,
  ])('is marked, or the address is refused: %s', (part) => {
    const other = `net:a.com:1~shs:${key}:${Buffer.alloc(32, 'o').toString('base64')}`
    for (const address of [`net:example.com:8008~${part}`, part, `${other};${part}`, `${part};${other}`]) {
      if (isAddress(address)) expect(mark(address)).not.toContain(seed.slice(0, 9))
      if (shs.parse(part)?.key.equals(Buffer.from(key, 'base64')) && isAddress(address)) {
        expect(keyOf(address)).toBe(`@${key}.ed25519`)
      }
    }
  })

  test.each([
    'AA%2BB',
    'AA%2bB',
    'AA%3d',
  ])('is refused where it is written with percent signs: %s', (written) => {
    expect(isAddress(`net:a.ed25519!~${written}`)).toBe(false)
    expect(isAddress(`net:a.com:1~shs:${key}:${written}`)).toBe(false)
    expect(isAddress(`dht:${written}:${key}~shs:${key}`)).toBe(false)
  })

  test.each([
    `wss://shs-relay.com:443/a%20b~shs:${key}`,
    `ws://a.com/?invite=%3D~shs:${key}`,
    `net:a.com:8008~shs:${key}:`,
    `dht:${seed}:@${key}.ed25519~shs:${key}`,
    `net:a.com:8008~shs:${key}:${seed};ws://a.com~shs:${key}:${seed}`,
  ])('is not looked for where there can be none, and taken where it is as it should be: %s', (address) => {
    expect(isAddress(address)).toBe(true)
  })
})

describe('inferType()', () => {
  test.each([
    ['bt:AA:BB~shs:AAA', 'bt'],
    ['dht:abc:def~shs:AAA', 'dht'],
    ['tunnel:@ROOM.ed25519:@T.ed25519~shs:T', 'tunnel'],
    ['net:192.168.1.1:8008~shs:AAA', 'lan'],
    ['net:10.1.2.3:8008~shs:AAA', 'lan'],
    ['net:172.16.0.1:8008~shs:AAA', 'lan'],
    ['net:172.32.0.1:8008~shs:AAA', 'internet'],
    ['net:127.0.0.1:8008~shs:AAA', 'lan'],
    ['net:169.254.1.1:8008~shs:AAA', 'lan'],
    ['net:8.8.8.8:8008~shs:AAA', 'internet'],
    ['net:::1:8008~shs:AAA', 'lan'],
    ['net:fe80::1%eth0:8008~shs:AAA', 'lan'],
    ['net:fd00::1:8008~shs:AAA', 'lan'],
    ['net:2001:db8::1:8008~shs:AAA', 'internet'],
    ['net:2606:4700::1111:8008~shs:AAA', 'internet'],
    ['net:::ffff:10.0.0.1:8008~shs:AAA', 'lan'],
    ['net:::ffff:8.8.8.8:8008~shs:AAA', 'internet'],
    ['net:[::1]:8008~shs:AAA', 'lan'],
    ['net:a[::1]:8008~shs:AAA', 'internet'],
    ['net:localhost:8008~shs:AAA', 'lan'],
    ['net:LocalHost:8008~shs:AAA', 'lan'],
    ['net::8008~shs:AAA', 'lan'],
    ['net:printer.local:8008~shs:AAA', 'lan'],
    ['net:printer.local.:8008~shs:AAA', 'lan'],
    ['net:example.com:8008~shs:AAA', 'internet'],
    ['net:notlocal:8008~shs:AAA', 'internet'],
    ['net:local.example.com:8008', 'internet'],
    ['net::::8008~shs:AAA', 'lan'],
    ['net:[::]:8008~shs:AAA', 'lan'],
    ['net:0.0.0.0:8008~shs:AAA', 'lan'],
    ['net:::ffff:0.0.0.0:8008~shs:AAA', 'lan'],
    ['net:::ffff:a00:1:8008~shs:AAA', 'lan'],
    ['net:[::ffff:192.168.1.1]:8008~shs:AAA', 'lan'],
    ['net:fe80::1', 'lan'],
    ['net:2606:4700::1111', 'internet'],
    ['net:[fe80::1%eth0]:8008~shs:AAA', 'lan'],
    ['ws:::1', 'lan'],
    ['ws:::', 'lan'],
    ['ws:null~shs:AAA', 'lan'],
    ['net:null:8008', 'internet'],
    ['wss:null', 'internet'],
    ['onion:abc.onion:8008;net:192.168.1.1:8008~shs:AAA', 'lan'],
    ['net:192.168.1.1:8008~shs:AAA;tunnel:@ROOM.ed25519:@T.ed25519~shs:AAA', 'lan'],
    ['bogus:a;onion:b', undefined],
    ['ws://192.168.1.1:80~shs:AAA', 'lan'],
    ['ws://user@192.168.1.1:80/path~shs:AAA', 'lan'],
    ['wss://example.com~shs:AAA', 'internet'],
    ['wss://[fe80::1]:443~shs:AAA', 'lan'],
    ['ws:::ffff:127.0.0.1:50000~shs:AAA', 'lan'],
    ['onion:abc.onion:8008~shs:AAA', undefined],
    ['unix:/tmp/socket~noauth', undefined],
    ['constructor', undefined],
  ])('%s is %s', (address, type) => {
    expect(isAddress(address)).toBe(true)
    expect(inferType(address)).toBe(type)
  })

  test('goes by the meta of the rpc for a connection over the DHT', () => {
    expect(inferType('net:8.8.8.8:1', {origin: 'net:10.0.0.1:2', meta: 'dht'})).toBe('dht')
  })

  test.each([
    ['a name that leads to this machine', 'net:nas.lan:8008~shs:AAA', 'net:127.0.0.1:8008~shs:AAA', 'lan'],
    ['a name that leads far away', 'net:nas.local:8008~shs:AAA', 'net:8.8.8.8:8008~shs:AAA', 'internet'],
    ['the second of two', 'net:8.8.8.8:1~shs:AAA;ws://10.0.0.1:2~shs:AAA', 'ws://10.0.0.1:2~shs:AAA', 'lan'],
    ['a far peer who is near', 'net:8.8.8.8:8008~shs:AAA', 'net:192.168.1.7:50000~shs:AAA', 'lan'],
    ['a page without an origin', 'net:example.com:8008~shs:AAA', 'ws:null~shs:AAA', 'lan'],
    [
      'a tunnel to somebody near',
      'net:10.0.0.1:8008~shs:AAA',
      'tunnel:@R.ed25519:@T.ed25519~shs:AAA',
      'tunnel',
    ],
  ])('is that of the link, not of the text: %s', (_name, address, origin, type) => {
    expect(inferType(address, {origin})).toBe(type)
  })

  // A room's client gives its streams no address, and secret-stack's counters are the meta of every stream.
  test.each([
    undefined,
    null,
    7,
    '',
    'undefined~shs:AAA',
    'onion:abc.onion:9',
  ])('is that of the text where the link does not tell: %o', (origin) => {
    const meta = {tx: 0, rx: 0, pk: 0}
    expect(inferType('tunnel:@R.ed25519:@T.ed25519~shs:AAA', {origin, meta})).toBe('tunnel')
    expect(inferType('net:10.0.0.1:8008~shs:AAA', {origin, meta})).toBe('lan')
  })

  test('reads the host that multiserver’s net and ws plugins read', () => {
    const lan = fc.constantFrom(
      '192.168.0.7',
      '127.0.0.1',
      '::1',
      'fe80::5',
      'localhost',
      'a.local',
      '10.0.0.1',
    )
    const far = fc.constantFrom('8.8.8.8', '2606:4700::1111', 'example.com', '1.2.3.4')
    const port = fc.integer({min: 1, max: 65535})
    fc.assert(
      fc.property(fc.oneof(lan, far), port, (host, number) => {
        const address = `net:${host}:${number}`
        const parsed = net.parse(address)?.host
        expect(parsed).toBe(host)
        const wsHost = host.includes(':') ? `[${host}]` : host
        expect(ws.parse(`ws://${wsHost}:${number}`)?.hostname).toBe(host)
        expect(inferType(`ws://${wsHost}:${number}`)).toBe(inferType(address))
      }),
    )
  })

  test('knows the ranges of IPv4 as ipaddr.js does', () => {
    const number = fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 127, 169, 172, 192, 168, 254, 16, 31, 32, 15))
    const quad = fc.tuple(number, number, number, number).map((numbers) => numbers.join('.'))
    const ranges = ['unspecified', 'private', 'loopback', 'linkLocal']
    fc.assert(
      fc.property(quad, (host) => {
        const expected = ranges.includes(ipaddr.parse(host).range()) ? 'lan' : 'internet'
        expect(inferType(`net:${host}:8008`)).toBe(expected)
      }),
      {numRuns: 2000},
    )
  })

  test.each([
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.1.example.com',
  ])('judges %s as a whole', (host) => {
    const isLan = ipaddr.isValid(host) && ipaddr.process(host).range() === 'private'
    expect(inferType(`net:${host}:8008`)).toBe(isLan ? 'lan' : 'internet')
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom('net:', 'ws://', 'wss:', 'net:['), fc.string(), (start, rest) => {
        inferType(start + rest)
        inferType('net:example.com:8008', {origin: start + rest})
        keyOf(start + rest)
      }),
    )
  })
})
