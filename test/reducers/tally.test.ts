import {expect, test} from 'vitest'
import {Tally} from '../../reducers/tally'
import type {HubEvent} from '../../src/events'

test('a link in reserve that closes leaves the others in reserve, and a reset none', () => {
  const tally = new Tally()
  const about = {address: 'a', cause: 'remote'} as const
  const reserved = (link: number): HubEvent => ({type: 'reserved', ...about, link, inbound: true})
  for (const link of [1, 2, 3]) tally.count(reserved(link))
  tally.count({type: 'released', ...about, link: 2})
  expect(tally.counts().reserve).toBe(2)
  tally.count({type: 'reset', cause: 'caller'})
  expect(tally.counts().reserve).toBe(0)
})
