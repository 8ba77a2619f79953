import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {describeClosing} from './closing'
import {describeCommands} from './commands'
import {describeConnect} from './connect'
import {describeReaders} from './readers'
import type {Run} from './scene'
import {describeStreams} from './streams'

/**
 * What whatever calls itself a hub does: the methods, the streams, their readers, and the end of all.
 *
 * @param name what calls itself so
 * @param run plays a scene on a new one
 */
export function describeHub(name: string, run: Run): void {
  describe(name, () => {
    const scenario = (title: string, play: Parameters<Run>[0]) => test(title, () => run(play))

    scenario('has every method of a hub', async ({hub}) => {
      for (const method of Object.getOwnPropertyNames(ConnHub.prototype))
        expect(method in hub, method).toBe(true)
    })

    describeConnect(scenario)
    describeCommands(scenario)
    describeStreams(scenario)
    describeReaders(scenario)
    describeClosing(scenario)
  })
}
