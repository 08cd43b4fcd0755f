/** All lessons, read from their files. A file that cannot be read is a fault of the build, which a test finds first. */
import clipping from './lessons/clipping.md?raw'
import curves from './lessons/curves.md?raw'
import fourVoices from './lessons/four-voices.md?raw'
import groups from './lessons/groups.md?raw'
import own from './lessons/own.md?raw'
import rewards from './lessons/rewards.md?raw'
import rounds from './lessons/rounds.md?raw'
import routeRead from './lessons/route-read.md?raw'
import { lessonNames } from './lessonNames.ts'
import { parseLesson } from './lesson.ts'
import type { Lesson } from './lesson.ts'

const sources: Readonly<Record<string, string>> = {
  'four-voices': fourVoices,
  rewards,
  groups,
  clipping,
  'route-read': routeRead,
  rounds,
  curves,
  own,
}

export const lessons: readonly Lesson[] = lessonNames.map(({ name }) =>
  parseLesson(name, sources[name] ?? ''),
)
