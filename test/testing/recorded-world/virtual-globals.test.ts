import {afterEach, describe, expect, test} from 'vitest'
import {recordedWorld} from '../../../src/testing'

const start = Date.UTC(2026, 0, 1)
const restores: (() => void)[] = []
afterEach(restore)

function restore(): void {
  for (const each of restores.splice(0).reverse()) each()
}

function begin() {
  const world = recordedWorld([{type: 'checkpoint', seq: 0, time: 0, since: start, entries: []}])
  restores.push(world.replaceGlobals())
  return world
}

describe('the globals of a recorded world', () => {
  test('tell its time', async () => {
    const world = begin()
    await world.play(start + 5)
    expect([Date.now(), new Date().toISOString(), +new Date(7), performance.now()]).toEqual([
      start + 5,
      new Date(start + 5).toISOString(),
      7,
      5,
    ])
    expect(Date()).toBe(new Date(start + 5).toString())
    expect(new Date()).toBeInstanceOf(Date)
    expect(Date.UTC(1970, 0, 1)).toBe(0)
  })

  test('have timers that fire in its time', async () => {
    const world = begin()
    const fired: unknown[] = []
    setTimeout((text: string) => fired.push(`${Date.now() - start} ${text}`), 30, 'once')
    const interval = setInterval(() => fired.push(Date.now() - start), 20)
    clearTimeout(setTimeout(() => fired.push('cleared'), 10))
    await world.play(start + 50)
    clearInterval(interval)
    await world.play(start + 500)
    expect(fired).toEqual([20, '30 once', 40])
  })

  test('have timers with what Node’s have', async () => {
    const world = begin()
    const fired: number[] = []
    const timer = setTimeout(() => fired.push(Date.now() - start), 30)
    expect(timer.unref().hasRef()).toBe(false)
    expect(timer.ref().hasRef()).toBe(true)
    await world.play(start + 20)
    timer.refresh()
    await world.play(start + 100)
    expect(fired).toEqual([50])
    timer.refresh().close()
    await world.play(start + 200)
    expect(fired).toEqual([50])
  })

  test('have the chance of its seed', () => {
    const [first, second] = [begin(), begin()].map((world) => world.random())
    expect(first).toBe(second)
    const world = recordedWorld([])
    const expected = recordedWorld([]).random()
    const back = world.replaceGlobals()
    expect(Math.random()).toBe(expected)
    back()
  })

  test('are put back', () => {
    const before = [Date, setTimeout, setInterval, clearTimeout, clearInterval, Math.random, performance.now]
    const putBack = begin().replaceGlobals()
    expect(setTimeout).not.toBe(before[1])
    putBack()
    putBack()
    restore()
    expect([
      Date,
      setTimeout,
      setInterval,
      clearTimeout,
      clearInterval,
      Math.random,
      performance.now,
    ]).toEqual(before)
  })
})
