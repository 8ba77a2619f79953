import pull from 'pull-stream'
import {expect, test} from 'vitest'
import {Listeners} from '../../src/readers/listeners'
import {itemsOf} from '../kit/reading'
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

test('a reader hears of what comes after the event at which it began', () => {
  const {listeners, tell} = setup()
  const heard = itemsOf(listeners.listen(2))
  for (const seq of [1, 2, 3, 4]) tell(seq)
  expect(heard).toEqual([3, 4])
})

test('where it goes on after another event, its readers hear of all that comes after that one', () => {
  const {listeners, tell} = setup()
  const heard = itemsOf(listeners.listen(5))
  listeners.goOnAfter(2)
  for (const seq of [2, 3]) tell(seq)
  expect(heard).toEqual([3])
})

test('where it goes on after the end, new readers hear of what comes, and those that had ended stay so', () => {
  const {listeners, tell} = setup()
  const ended = itemsOf(listeners.listen(0))
  listeners.end()
  listeners.goOnAfter(1)
  const heard = itemsOf(listeners.listen(1))
  tell(2)
  expect([ended, heard]).toEqual([[], [2]])
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
  itemsOf(listeners.listen(3))
  listeners.end()
  itemsOf(listeners.listen(3))
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

test('a reader that stalled is given what it missed, then the end, and nothing after it has left', () => {
  const {listeners, tell} = setup()
  const read = listeners.listen(0)
  const leaving = listeners.listen(0)
  for (let seq = 1; seq <= 1000; seq++) tell(seq)
  leaving(true, () => {})
  const left: unknown[] = []
  leaving(null, (end, seq) => left.push(end, seq))
  const heard = itemsOf(pull(read, pull.take<number>(500)))
  expect(heard).toEqual(Array.from({length: 500}, (_, i) => i + 1))
  expect(left).toEqual([true, undefined])

  const other = listeners.listen(1000)
  tell(1001)
  listeners.end()
  const ends: unknown[] = []
  for (let i = 0; i < 3; i++) other(null, (end, seq) => ends.push(end ?? seq))
  expect(ends).toEqual([1001, true, true])
})

test.each([
  'from the beginning',
  'after an event',
])('a reader that stalled %s costs no more an event, however long it stalled', (when) => {
  const events = 20_000
  const {listeners, tell} = setup()
  const source = listeners.listen(0)
  if (when === 'after an event') {
    source(null, () => {})
    tell(0.5)
  }
  for (let seq = 1; seq <= events; seq++) tell(seq)
  const moved = countMoved(() => expect(itemsOf(source).length).toBe(events))
  // The queue of pull-notify moves all that waits at each event: some 200,000,000.
  expect(moved).toBeLessThan(4 * events)
})

/** How many elements arrays have moved or copied to take some away. */
function countMoved(work: () => void): number {
  const {shift, slice, splice} = Array.prototype
  let moved = 0
  const counting = <A extends unknown[], R>(method: (this: unknown[], ...args: A) => R) =>
    function (this: unknown[], ...args: A): R {
      moved += this.length
      return method.apply(this, args)
    }
  Object.assign(Array.prototype, {shift: counting(shift), slice: counting(slice), splice: counting(splice)})
  try {
    work()
  } finally {
    Object.assign(Array.prototype, {shift, slice, splice})
  }
  return moved
}
