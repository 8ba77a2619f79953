import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {listen} from '../kit/reading'
import {entry, setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

describe('events are applied now and told in order', () => {
  test('every reader of one event before any reader of the next, in the order of the log', () => {
    const {hub} = setup()
    const heard: string[] = []
    listen(hub, ({type, address}) => {
      heard.push(`1 ${type} ${address === bob ? 'bob' : 'carol'}`)
      if (type === 'connecting' && address === bob) {
        hub.connect(carol).catch(() => {})
        expect(hub.getState(carol)).toBe('connecting')
        void hub.disconnect(bob).catch(() => {})
        expect(hub.getState(bob)).toBe('disconnecting')
      }
    })
    listen(hub, ({type, address}) => heard.push(`2 ${type} ${address === bob ? 'bob' : 'carol'}`))
    hub.connect(bob).catch(() => {})
    expect(heard).toEqual([
      '1 connecting bob',
      '2 connecting bob',
      '1 connecting carol',
      '2 connecting carol',
      '1 disconnecting bob',
      '2 disconnecting bob',
      '1 disconnected bob',
      '2 disconnected bob',
    ])
  })

  test('each snapshot is the state as it was after its event', () => {
    const {hub, told} = setup()
    listen(hub, ({type, address}) => {
      if (type === 'connecting' && address === bob) {
        hub.connect(carol).catch(() => {})
        hub.update(bob, {a: 1})
        hub.update(bob, {a: 2})
      }
    })
    hub.connect(bob).catch(() => {})
    expect(told.takeSnapshots().map((all) => all.map(([, data]) => data.a ?? '-'))).toEqual([
      [],
      ['-'],
      ['-', '-'],
      [1, '-'],
      [2, '-'],
    ])
  })

  test('a reader that subscribes never hears older events, not even ones that are yet to be told', () => {
    const {hub} = setup()
    const late: string[] = []
    const snapshots: number[] = []
    listen(hub, ({address}) => {
      if (address !== bob) return
      hub.connect(carol).catch(() => {})
      listen(hub, (event) => late.push(event.type))
      pull(
        hub.liveEntries(),
        pull.drain((all) => {
          snapshots.push(all.length)
        }),
      )
    })
    hub.connect(bob).catch(() => {})
    expect(late).toEqual([])
    expect(snapshots).toEqual([2])
  })

  test('a reader may call every method', async () => {
    const {hub, stack, told} = setup()
    const answers: unknown[] = []
    let once = false
    listen(hub, () => {
      if (once) return
      once = true
      answers.push(hub.getState(bob), [...hub.entries()].length, hub.update(bob, {a: 1}))
      answers.push(entry(hub, bob)?.a, typeof hub.listen(), typeof hub.liveEntries())
      void hub.connect(carol).catch(() => {})
      void hub.disconnect(bob)
      hub.reset()
      answers.push([...hub.entries()].length)
      void hub.connect(carol).catch(() => {})
      hub.close()
      answers.push([...hub.entries()].length)
    })
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(answers).toEqual(['connecting', 1, true, 1, 'function', 'function', 0, 0])
    expect(stack.dials).toEqual([])
    expect(told.ended).toBe(true)
    expect(told.states.size).toBe(0)
  })
})
