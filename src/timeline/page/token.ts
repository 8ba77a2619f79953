const stored = 'ssb-conn-hub token'

/**
 * The secret with which a hub that runs gives its log. It comes in the fragment of the URL, which no server sees, and is
 * taken out of it: who is shown the screen, or sent the URL, does not get it. In this tab it stays, also when reloaded.
 *
 * @returns whether there was one
 */
export function takeToken(hash: string): boolean {
  const fields = new URLSearchParams(hash.slice(1))
  const given = fields.get('token')
  if (given === null) return false
  sessionStorage.setItem(stored, given)
  fields.delete('token')
  history.replaceState(null, '', `#${fields}`)
  return true
}

export function storedToken(): string {
  return sessionStorage.getItem(stored) ?? ''
}
