/** Whether an error of the file system, or of zlib, has this code. */
export function hasCode(error: unknown, code: string): boolean {
  // Not `instanceof`: in a sandbox, as that of Jest, it is an error of another realm.
  return Object(error).code === code
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}

export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
