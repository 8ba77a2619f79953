import {ConnHubError, isErrorCode} from './errors'
import type {ErrorRecord} from './events'
import type {Rpc} from './stack'

/** An rpc that does nothing: `id`, `on` and `close` are there. */
export function standIn(id: string | undefined): Rpc {
  return {
    id,
    closed: false,
    on: itself,
    once: itself,
    removeListener: itself,
    close(_error?: unknown, callback?: (error?: unknown) => void): void {
      callback?.()
    },
  }
}

function itself(this: unknown): unknown {
  return this
}

/** An error as it was recorded. */
export function revive({message, name, code}: ErrorRecord): Error {
  if (name === 'ConnHubError' && isErrorCode(code)) return new ConnHubError(code)
  return Object.assign(new Error(message), {
    ...(name !== undefined && {name}),
    ...(code !== undefined && {code}),
  })
}
