import {throwUncaught} from '../../util/microtask'
import {invalidOption} from '../../values/errors'
import {runOutside} from '../machine/context'
import {loadAnew} from '../machine/fresh-modules'
import {takeOverGlobals} from '../machine/globals'
import {CapsuleFile} from './capsule-file'
import {Recorder} from './recorder'

/** What `recordPlugin()` may be told. */
export interface RecordPluginOptions {
  /** How large the file may become, in bytes. Then the recording ends, and the plugin goes on. Default: 64 MiB. */
  readonly maxBytes?: number
  /**
   * Called once when the recording has ended: with the error of the file system, where it ended with one. `isFull`
   * tells whether it ended because of `maxBytes`.
   */
  readonly onEnd?: (end: {readonly error: unknown; readonly isFull: boolean}) => void
}

/** The recording of a plugin that is going on. */
export interface PluginRecording {
  /** Ends it. Resolves when all of it is on disk; rejects with the error of the file system. */
  close(): Promise<void>
}

const defaultMaxBytes = 64 * 1024 * 1024

/**
 * Loads a plugin, and records it to a file: all that it is given, so that `replayPlugin()` can give it the same.
 *
 * @param load requires the plugin, and returns it: one for `ssb.use()`, an array of them, or a function
 * that is given its hub. Its modules are loaded anew
 * @param path of the file. One that is there already is moved away, as `recordLog()` does
 * @returns the plugin, to be used in place of the one that was loaded. Its `recording` ends the recording
 * @throws ConnHubError ERR_INVALID_OPTION, and whatever `load` throws
 */
export function recordPlugin<T extends object>(
  load: () => T,
  path: string,
  options: RecordPluginOptions = {},
): T & {readonly recording: PluginRecording} {
  const {maxBytes = defaultMaxBytes, onEnd = () => {}} = options
  if (typeof load !== 'function') throw invalidOption('load', load, 'a function that loads the plugin')
  if (typeof path !== 'string') throw invalidOption('path', path, 'the path of a file, as a string')
  if (!(typeof maxBytes === 'number' && maxBytes > 0))
    throw invalidOption('maxBytes', maxBytes, 'a number of bytes, more than 0')
  takeOverGlobals()
  const clocks = {now: () => runOutside(Date.now), uptime: () => runOutside(() => performance.now())}
  const file = new CapsuleFile(path, maxBytes)
  const recorder = new Recorder((line) => file.write(line), clocks)
  const atExit = () => {
    recorder.end('exit')
    file.flushAtExit()
  }
  process.once('exit', atExit)
  const ended = (error?: unknown) => {
    process.off('exit', atExit)
    try {
      onEnd({error, isFull: file.isFull})
    } catch (thrown) {
      throwUncaught(thrown)
    }
  }
  file.written.then(() => ended(), ended)
  const plugin = recorder.load(() => loadAnew(load))
  let closed: Promise<void> | undefined
  const close = async () => {
    // What the plugin has begun goes on to its end.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    recorder.end('closed')
    file.close()
    await file.written
  }
  const recording: PluginRecording = {
    close() {
      closed ??= close()
      return closed
    },
  }
  Object.defineProperty(plugin, 'recording', {value: recording, configurable: true})
  return plugin as T & {readonly recording: PluginRecording}
}
