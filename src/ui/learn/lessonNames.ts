/** The lessons' names and titles, in their order: all that the page needs to know before one is opened. */
export interface LessonName {
  readonly name: string
  readonly title: string
}

export const lessonNames: readonly LessonName[] = [
  { name: 'four-voices', title: 'One question, four voices' },
  { name: 'rewards', title: 'What a reward is, and how it is cheated' },
  { name: 'groups', title: 'A group and its baseline' },
  { name: 'clipping', title: 'Clipping and the ratio' },
  { name: 'route-read', title: 'Leaders that route, copy, think' },
  { name: 'rounds', title: 'When does talking help?' },
  { name: 'curves', title: 'Reading curves: five broken runs' },
  { name: 'own', title: 'Design your own experiment' },
]
