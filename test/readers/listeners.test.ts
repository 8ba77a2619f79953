import pull from 'pull-stream'
import {expect, test} from 'vitest'
import {Listeners} from '../../src/readers/listeners'
import type {Source} from '../../src/types'
import {uncaught} from '../kit/setup'

/** Listeners that number what they tell, and count how often they were asked for something to tell. */
function setup() {
  const listeners = new Listeners<number>()
  let asked = 0
  const tell = (seq: number) =>
    listeners.tell(seq, () => {
      asked++
      return seq
    })
  return {listeners, tell, asked: () => asked}
}

/** Drains a source into an array. */
function drain(source: Source<number>): number[] {
  const heard: number[] = []
  pull(
    source as pull.Source<number>,
    pull.drain((seq) => {
      heard.push(seq)
    }),
  )
  return heard
}

test('a reader hears of what comes after the event at which it began', () => {
  const {listeners, tell} = setup()
  const heard = drain(listeners.listen(2))
  for (const seq of [1, 2, 3, 4]) tell(seq)
  expect(heard).toEqual([3, 4])
})

test('where it goes on after another event, its readers hear of all that comes after that one', () => {
  const {listeners, tell} = setup()
  const heard = drain(listeners.listen(5))
  listeners.goOnAfter(2)
  for (const seq of [2, 3]) tell(seq)
  expect(heard).toEqual([3])
})

test('nothing is made to be told where every reader has left, thrown or come to the end', async () => {
  const {listeners, tell, asked} = setup()
  const leaving = listeners.listen(0)
  leaving(null, () => {})
  leaving(true, () => {})
  tell(1)
  expect(asked()).toBe(0)
  const throwing = listeners.listen(1)
  throwing(null, () => {
    throw new Error('a reader')
  })
  expect(await uncaught(() => tell(2))).toEqual([new Error('a reader')])
  tell(3)
  expect(asked()).toBe(1)
  drain(listeners.listen(3))
  listeners.end()
  tell(4)
  expect(asked()).toBe(1)
})

test('a reader that had asked for more before it threw hears of the next event', async () => {
  const {listeners, tell} = setup()
  const read = listeners.listen(0)
  const heard: unknown[] = []
  read(null, () => {
    read(null, (_end, seq) => heard.push(seq))
    throw new Error('a reader')
  })
  await uncaught(() => tell(1))
  tell(2)
  expect(heard).toEqual([2])
})
