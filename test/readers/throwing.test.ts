import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {listen} from '../kit/reading'
import {setup, uncaught} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

describe('a reader that throws', () => {
  test('harms neither the hub nor its neighbours, and is not heard of again', async () => {
    const {hub, stack, told} = setup()
    let heard = 0
    const error = new Error('the fault of a reader')
    const caught = await uncaught(async () => {
      listen(hub, () => {
        heard++
        throw error
      })
      listen(hub, () => heard++)
      pull(
        hub.liveEntries(),
        pull.drain((all) => {
          if (all.length > 0) throw error
        }),
      )
      const connected = hub.connect(bob)
      stack.lastDial.succeed()
      await connected
    })
    expect(caught).toEqual([error, error])
    expect(heard).toBe(3)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test('and had asked again is still a reader', async () => {
    const {hub} = setup()
    const heard: string[] = []
    const read = hub.listen()
    const caught = await uncaught(() => {
      read(null, function next(_end, event) {
        heard.push(event?.address === bob ? 'bob' : 'carol')
        read(null, next)
        throw new Error('the fault of a reader')
      })
      hub.connect(bob).catch(() => {})
      hub.connect(carol).catch(() => {})
    })
    expect(caught.length).toBe(2)
    expect(heard).toEqual(['bob', 'carol'])
  })

  test('at the end of the stream does not keep the others from it', async () => {
    const {hub, told} = setup()
    const caught = await uncaught(() => {
      listen(
        hub,
        () => {},
        () => {
          throw new Error('the fault of a reader')
        },
      )
      pull(
        hub.liveEntries(),
        pull.onEnd(() => {
          throw new Error('the fault of a reader')
        }),
      )
      hub.close()
    })
    expect(caught.length).toBe(2)
    expect(told.ended).toBe(true)
    expect(() => hub.entries()).toThrow('instance is closed')
    expect(() => hub.liveEntries()).toThrow('instance is closed')
  })
})
