/** Places that a link may open at, with how one says it. */
export const sharePlaces: readonly { readonly place: string; readonly label: string }[] = [
  { place: 'train', label: 'Train' },
  { place: 'arena', label: 'Arena' },
  { place: 'evaluate', label: 'Evaluate' },
  { place: 'team', label: 'Team' },
  { place: 'learn', label: 'Learn' },
]
