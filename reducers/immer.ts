// immer asks `process.env.NODE_ENV` when it is loaded. Most bundlers for browsers put the answer in its place; Rollup
// by itself does not, and then immer throws where there is no `process`. There it gets one while it is loaded.
declare const process: {readonly env: {readonly NODE_ENV?: string}}

const runtime = globalThis as {process?: unknown}
const isMissing = runtime.process === undefined && !isAnswered()
if (isMissing) runtime.process = {env: {NODE_ENV: 'production'}}

import {Immer} from 'immer'

if (isMissing) delete runtime.process

export {Immer}

/** Whether `process.env.NODE_ENV` can be read: by a `process`, or because a bundler has put its answer here. */
function isAnswered(): boolean {
  try {
    return process.env.NODE_ENV !== null
  } catch {
    return false
  }
}
