import {readlink, realpath, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {ignoreMissing} from './file-errors'

/**
 * Where a path leads: the rotated files stand beside the file, not beside a link to it. A link may lead to a file
 * that is not there yet.
 */
export async function resolveLogPath(path: string): Promise<string> {
  const real = await realpath(path).catch(ignoreMissing)
  if (real !== undefined) return real
  // What a process has open, as a pipe in /dev/stdout, is there, and has no path but the link.
  if (await stat(path).catch(ignoreMissing)) return resolve(path)
  // Where it is no link, or has become a file meanwhile, there is no target.
  const target = await readlink(path).catch(() => undefined)
  if (target === undefined) return resolve(path)
  return resolveLogPath(resolve(await realpath(dirname(path)), target))
}
