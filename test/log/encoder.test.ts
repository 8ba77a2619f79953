import {describe, expect, test} from 'vitest'
import {decoder, encode, encoder, fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {logOf} from '../kit/reading'
import {setup} from '../kit/setup'
import {bob, header, samples} from './items'
import {hubOf, pushed, Reading, values} from './reading'

const items = Object.values(samples)

describe('encoder()', () => {
  test('gives what encode() gives, a line at a time', () => {
    const {items: lines, end} = new Reading(encoder()(values(items)))
    expect(lines.join('')).toBe(encode(items))
    expect(lines.every((line) => line.endsWith('\n'))).toBe(true)
    expect(end).toBe(true)
  })

  test('gives the first line also of no events', () => {
    expect(new Reading(encoder()(values([])))).toMatchObject({items: [header], end: true})
  })

  test('gives the first line before the first event is there, and each line as its event comes', () => {
    const {source, push, end, asks} = pushed<LogItem>()
    const reading = new Reading(encoder()(source))
    expect(reading.items).toEqual([header])
    expect(asks()).toBe(1)
    push(samples.reset)
    expect(reading.items).toEqual([header, `${JSON.stringify(samples.reset)}\n`])
    end()
    expect(reading.end).toBe(true)
  })

  test('passes an error on', () => {
    const {source, end} = pushed<LogItem>()
    const reading = new Reading(encoder()(source))
    const error = new Error('no more')
    end(error)
    expect(reading).toMatchObject({items: [header], end: error})
  })

  test.each([0, 1, 2])('passes an abort on after %i lines', (lines) => {
    const {source, aborts, push} = pushed<LogItem>()
    const read = encoder()(source)
    let got = 0
    for (let i = 0; i < lines; i++) {
      read(null, () => got++)
      push(samples.reset)
    }
    const ends: unknown[] = []
    read(true, (end) => ends.push(end))
    expect([got, aborts, ends]).toEqual([lines, [true], [true]])
  })

  test('serves one stream after the other, each with its first line', () => {
    const encode = encoder()
    for (let i = 0; i < 2; i++) expect(new Reading(encode(values([]))).items).toEqual([header])
  })
})

describe('encoder() and decoder() behind each other', () => {
  test('carry the live log of a hub, event by event', () => {
    const {hub, stack} = setup()
    const reading = new Reading(decoder()(encoder()(hub.log({live: true}))))
    hub.connect(bob, {note: '😀'}).catch(() => {})
    expect(reading.items).toEqual(logOf(hub))
    stack.lastDial.succeed()
    hub.close()
    expect(reading.items).toEqual(logOf(hub))
    expect(reading.end).toBe(true)
    expect(fold(reading.items)).toEqual(hub.snapshot())
  })

  test('let go of the hub when their reader aborts', () => {
    const {hub} = hubOf(2)
    const reading = new Reading(decoder()(encoder()(hub.log({live: true}))), ({seq}) => seq < 3)
    hub.update(bob, {n: 3})
    hub.update(bob, {n: 4})
    expect(reading.items.map(({seq}) => seq)).toEqual([1, 2, 3])
    expect(reading.end).toBe(true)
  })
})
