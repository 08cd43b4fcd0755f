/** Why something cannot be changed, where it stands. */
export function LockedNote({ what }: { readonly what: string }) {
  return <p className="soft">{what} is locked by the link that this page was opened with.</p>
}
