import {createRequire} from 'node:module'
import {dirname, sep} from 'node:path'

/** Where this package is: of it there is one copy, which is not part of the plugin. */
const ownFolder = dirname(dirname(__dirname))

/**
 * Loads a plugin with all of its modules anew, as they are loaded when a process begins: what they hold from before
 * (numbers drawn by lot, timers, caches) is not in its recording. Where `require` is not Node's (in Jest), the caller
 * has to do so. Native addons can be loaded once only.
 */
export function loadAnew<T>(load: () => T): T {
  const {cache} = createRequire(__filename)
  const hidden = new Map<string, NodeJS.Module>()
  for (const [file, module] of Object.entries(cache)) {
    if (!module || file.endsWith('.node') || file.startsWith(ownFolder + sep)) continue
    hidden.set(file, module)
    delete cache[file]
  }
  try {
    return load()
  } finally {
    // Who loaded them before keeps what they have.
    for (const [file, module] of hidden) cache[file] = module
  }
}
