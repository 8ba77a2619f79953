// For the modules of Node's that the stack imports, and does not need in a page: fs, http, https, os.

export function networkInterfaces(): object {
  return {}
}
