/** When a report was kept, for people. */
const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function keptDate(savedAt: number): string {
  return date.format(savedAt)
}
