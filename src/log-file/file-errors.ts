/** Whether an error of the file system, or of zlib, has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Object && 'code' in error && error.code === code
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}

export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
