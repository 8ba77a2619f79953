import {describe, expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {listen} from '../kit/reading'
import {setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

describe('listen()', () => {
  test('keeps every event for a reader that does not ask', () => {
    const {hub} = setup()
    const read = hub.listen()
    hub.connect(bob).catch(() => {})
    void hub.disconnect(bob)
    const types: unknown[] = []
    for (let i = 0; i < 3; i++) read(null, (_end, event) => types.push(event?.type))
    expect(types).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('gives events without other fields, frozen', () => {
    const {hub, told} = setup()
    hub.connect(bob).catch(() => {})
    expect(Object.keys(told.events[0] ?? {})).toEqual(['type', 'address', 'key'])
    expect(Object.isFrozen(told.events[0])).toBe(true)
  })

  test('forgets a reader that aborts inside a notification, and its neighbours miss nothing', () => {
    const {hub} = setup()
    const heard: string[] = []
    listen(hub, () => heard.push('a'))
    listen(hub, () => {
      heard.push('b')
      return false
    })
    listen(hub, () => heard.push('c'))
    hub.connect(bob).catch(() => {})
    hub.connect(carol).catch(() => {})
    expect(heard).toEqual(['a', 'b', 'c', 'a', 'c'])
  })

  test('a reader that aborts its neighbour inside a notification harms nobody', () => {
    const {hub} = setup()
    const heard: string[] = []
    const neighbour = hub.listen()
    listen(hub, () => {
      heard.push('a')
      neighbour(true, () => {})
    })
    const second = hub.listen()
    second(null, () => heard.push('b'))
    hub.connect(bob).catch(() => {})
    expect(heard).toEqual(['a', 'b'])
  })
})
