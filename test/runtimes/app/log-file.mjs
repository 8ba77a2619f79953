// What a project does where there are files: a hub is recorded to one, which is then read and folded.
import {foldLog, readLog, recordLog} from 'ssb-conn-hub/log-file'
import {addressOf} from 'ssb-conn-hub/testing'
import {hubOnFakeStack, same, typesOf} from './life.mjs'

/** Records a hub to a new file, and reads it. Rejects with the first thing that is not as it should be. */
export async function logFile(path) {
  const {hub} = hubOnFakeStack()
  const recording = recordLog(hub, path)
  await hub.connect(addressOf('alice'), {note: 'recorded'})
  const recorded = hub.snapshot()
  await recording.close()
  hub.close()

  const items = []
  for await (const item of readLog(path)) items.push(item)
  same('the types of the items', typesOf(items), ['checkpoint', 'connecting', 'connected'])
  same('the fold of the file', await foldLog(path), recorded)
}
