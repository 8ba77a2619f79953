import type {Own} from '../format/lines'
import {isObject} from '../format/values'
import type {Script} from './script'

/** What is the plugin's, and was given to others: by the number under which they know it. */
export class OwnValues {
  readonly #script: Script
  readonly #values = new Map<number, unknown>()

  constructor(script: Script) {
    this.#script = script
  }

  learn(id: number, value: unknown): void {
    this.#values.set(id, value)
    const later = this.#script.gaveLater.get(id)
    if (later !== undefined && value instanceof Promise)
      value.then(
        (given) => this.learn(later, given),
        () => {},
      )
  }

  /** What others hold, and the object that it was a property of. */
  resolve([id, ...path]: Own): {value: unknown; parent: unknown} {
    let value = this.#values.get(id)
    let parent: unknown
    for (const name of path) {
      if (name === 'new') break
      parent = value
      value = isObject(value) ? Reflect.get(value, name) : undefined
    }
    return {value, parent}
  }

  /** What others read as a property of `ssb` may be the plugin itself: the method of its that is read in this way. */
  methodBehind(of: string): unknown {
    const [id, name = ''] = of.split('.')
    const own = this.#values.get(this.#script.behind.get(Number(id)) ?? -1)
    const value: unknown = isObject(own) ? Reflect.get(own, name) : undefined
    return typeof value === 'function' ? value.bind(own) : undefined
  }
}
