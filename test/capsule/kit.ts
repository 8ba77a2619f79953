import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {type PluginRecording, type RecordPluginOptions, recordPlugin} from '../../src/capsule'
import {FakeStack} from '../../src/testing'
import {temporaryFolder} from '../kit/folder'

export const addresses = [1, 2, 3].map(
  (n) => `net:example.com:800${n}~shs:${Buffer.alloc(32, n).toString('base64')}`,
)
export const [address = '', second = '', third = ''] = addresses

export function newPath(): string {
  return join(temporaryFolder(), 'field.jsonl')
}

/** A plugin for a stack, as tests write it. */
export interface Plugin<Api> {
  readonly name: string
  readonly version: string
  readonly manifest: object
  init(ssb: FakeStack, config?: unknown): Api
}

export function pluginOf<Api>(init: Plugin<Api>['init']): Plugin<Api> {
  return {name: 'tested', version: '1.0.0', manifest: {}, init}
}

export interface Recorded<Api> {
  readonly ssb: FakeStack
  readonly api: Api
  readonly path: string
  readonly recording: PluginRecording
  /** Ends the recording, and returns its lines. */
  end(): Promise<string[]>
}

/** Records a plugin on a fake stack. */
export function record<Api>(
  load: () => Plugin<Api>,
  {config = {}, ...options}: RecordPluginOptions & {config?: object} = {},
): Recorded<Api> {
  const path = newPath()
  const plugin = recordPlugin(load, path, options)
  const ssb = new FakeStack()
  const api = plugin.init(ssb, config)
  const end = async () => {
    await plugin.recording.close()
    return linesOf(path)
  }
  return {ssb, api, path, recording: plugin.recording, end}
}

export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').trim().split('\n')
}

/** Lets real time pass: what is recorded runs on real timers. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
