import {dirname, sep} from 'node:path'

/** Where this package's own code is: neither the plugin's nor Node's. */
const ownFolder = dirname(__dirname)

/** The frames of the stack, the innermost first, without those of this package's capsules. */
function frames(): string[] {
  const {stack = ''} = new Error()
  return stack
    .split('\n')
    .slice(1)
    .filter(
      (line) =>
        !line.includes(ownFolder + sep) &&
        !line.includes('(<anonymous>)') &&
        !line.includes('node:internal/process/'),
    )
}

/** Who loads modules: Node, and the test frameworks that do it themselves. */
const loaders = /[( ]node:|[\\/]node_modules[\\/](?:@jest|jest-[\w-]+|@vitest|vitest|graceful-fs)[\\/]/

/**
 * Whether the function that we stand in for is called by whoever loads the modules of the plugin: these are the
 * plugin, and not what it is given.
 */
export function isCalledByLoader(): boolean {
  return loaders.test(frames()[0] ?? '')
}

/** The line of the plugin's code that is running, as a stack shows it; undefined where no code of its is. */
export function pluginLine(): string | undefined {
  const {stackTraceLimit} = Error
  Error.stackTraceLimit = 50
  try {
    const line = frames().find((line) => !/[( ]node:/.test(line))
    return line?.trim().replace(/^at /, '')
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
