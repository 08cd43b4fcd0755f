/** What each kind of kept thing is called, what it is for, and what whoever deletes it loses. Pure. */
import type { Kept, KeptKind } from '../../storage/kept.ts'
import { counted, megabytes } from '../shared/format.ts'
import { byteSize } from '../team/modelWords.ts'

interface KindWords {
  readonly title: string
  readonly about: string
  readonly count: (count: number) => string
  readonly lost: (count: number) => string
}

export const kindWords: Readonly<Record<KeptKind, KindWords>> = {
  runs: {
    title: 'Runs',
    about:
      'Checkpoints (of each run the last two, and up to eight milestones to fork from) and notes of what was trained, imported or taken over here; deleted runs too, for the day that they can be restored.',
    count: (count) => counted(count, 'run'),
    lost: (count) =>
      `${counted(count, 'run')} with checkpoints, curves, adapters and notes. Nothing brings them back but an exported file.`,
  },
  reports: {
    title: 'Evaluation reports',
    about: 'What evaluations have measured here, with every question and answer.',
    count: (count) => counted(count, 'report'),
    lost: (count) => `${counted(count, 'evaluation report')}. To have one again, evaluate again.`,
  },
  proposals: {
    title: 'Solutions of the peers',
    about:
      'What peers have written to training questions, so that the next run with them need not ask again.',
    count: (count) => counted(count, 'set'),
    lost: () => 'Solutions of the peers. The next run asks them again, which takes a while.',
  },
  models: {
    title: 'Downloaded models',
    about: 'Models that were fetched, whole or half done, and the libraries that run them.',
    count: (count) => counted(count, 'model'),
    lost: (count) => `${counted(count, 'model')}, to be downloaded again when a team needs one.`,
  },
  page: {
    title: 'The page itself',
    about: 'This app and its own small models, for use without a network.',
    count: (count) => counted(count, 'file'),
    lost: () => 'The page for use without a network. The next visit needs one, and keeps the page anew.',
  },
  preferences: {
    title: 'Preferences',
    about: 'Theme, single-key shortcuts, which run belongs to which link, and that somebody has been here.',
    count: (count) => counted(count, 'entry').replace('entrys', 'entries'),
    lost: () => 'Preferences. From the next visit on the page is as at the first.',
  },
  lessons: {
    title: 'Progress in lessons',
    about: 'Which steps of which lessons are done.',
    count: () => '',
    lost: () => 'Progress in all lessons.',
  },
  other: {
    title: 'Other files',
    about: 'What another version of this page has written, and this one does not know.',
    count: (count) => counted(count, 'entry').replace('entrys', 'entries'),
    lost: () => 'Files of another version of this page, which may need them.',
  },
}

/** 0 B, 340 B, 12 kB, 1.3 MB, 538 MB, 1.1 GB. */
export function sizeText(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)}\u202fB`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)}\u202fkB`
  return bytes < 9.95e6 ? megabytes(bytes) : byteSize(bytes)
}

export function isThere({ count, bytes }: Kept): boolean {
  return count > 0 || bytes > 0
}

/** "3 runs, 1.2 MB"; "nothing". */
export function amountText(kept: Kept): string {
  if (!isThere(kept)) return 'nothing'
  return [kindWords[kept.kind].count(kept.count), sizeText(kept.bytes)]
    .filter((part) => part !== '')
    .join(', ')
}
