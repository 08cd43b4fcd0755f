/** `?present` in the address: larger type, for a projector. It stays while one goes from place to place, and is never shared. */

const key = 'present'

export function isPresenting(search: string): boolean {
  return new URLSearchParams(search).has(key)
}

export function withoutPresent(search: string): string {
  const query = new URLSearchParams(search)
  query.delete(key)
  return query.size === 0 ? '' : `?${query.toString()}`
}

/** The style sheet has the sizes. */
export function applyPresent(search: string): void {
  if (isPresenting(search)) document.documentElement.dataset['present'] = ''
  else delete document.documentElement.dataset['present']
}

export function stopPresenting(): void {
  history.replaceState(history.state, '', location.pathname + withoutPresent(location.search) + location.hash)
  applyPresent(location.search)
}
