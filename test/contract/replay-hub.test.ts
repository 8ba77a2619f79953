import {expect} from 'vitest'
import {ReplayHub} from '../../src/replay'
import {ourKey} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {settled, setup} from '../kit/setup'
import {describeHub} from './hub-contract'

// A scenario is run on a live hub, and then on its recording: where the network did something, that is told.
describeHub('ReplayHub', async (scenario) => {
  const {hub: live, ...network} = setup()
  /** How far the log was, after each thing that happened. */
  const points: number[] = []
  const settles = async () => {
    await settled()
    points.push(live.snapshot().seq)
  }
  await scenario({
    hub: live,
    happens: (what) => {
      what(network)
      return settles()
    },
    settles,
  })

  const replayed = new ReplayHub(logOf(live), {id: ourKey})
  const tells = () => {
    replayed.stepTo(points.shift() ?? 0)
    return settled()
  }
  await scenario({hub: replayed, happens: tells, settles: tells})
  replayed.check()
  expect(replayed.step(), 'the recording is told to its end').toBeUndefined()
})
