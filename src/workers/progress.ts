/** Progress for eyes: a sample counts every token, the page gets at most one count in a while, and always the last. */
import type { LeaderEvent } from './protocol.ts'

export function throttledProgress(
  send: (event: LeaderEvent) => void,
  { now, everyMs = 50 }: { readonly now: () => number; readonly everyMs?: number },
): (event: LeaderEvent) => void {
  let sent = Number.NEGATIVE_INFINITY
  return (event) => {
    if (event.type === 'progress') {
      const { done, total } = event.progress
      if (done < total && now() - sent < everyMs) return
      sent = now()
    }
    send(event)
  }
}
