/** All lessons, read from their files. A file that cannot be read is a fault of the build, which a test finds first. */
import { lessonNames } from './lessonNames.ts'
import { parseLesson } from './lesson.ts'
import type { Lesson } from './lesson.ts'

const files = import.meta.glob<string>('./lessons/*.md', { query: '?raw', import: 'default', eager: true })

export const lessonSources: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, source]) => [path.replace(/^.*\/|\.md$/g, ''), source]),
)

export const lessons: readonly Lesson[] = lessonNames.map(({ name }) =>
  parseLesson(name, lessonSources[name] ?? ''),
)
