// The globals of Node's that the packages below secret-stack use.

declare function setTimeout(callback: () => void, ms: number): unknown
declare function queueMicrotask(callback: () => void): void

type Callback = (...args: unknown[]) => void

export {Buffer} from './buffer'

export const process = {
  env: {},
  platform: 'browser',
  nextTick: (callback: Callback, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
}

export function setImmediate(callback: Callback, ...args: unknown[]): void {
  setTimeout(() => callback(...args), 0)
}
