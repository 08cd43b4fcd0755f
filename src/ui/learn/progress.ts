/**
 * How far somebody has come in each lesson, remembered in this browser. A lesson whose text has changed begins anew; what
 * cannot be read counts as nothing.
 */
import * as v from 'valibot'
import { lessonsKey as key } from '../../common/stored-names.ts'
import { remember, remembered } from '../app/settings.ts'

const version = 1

const index = v.pipe(v.number(), v.integer(), v.minValue(0))

const lessonSchema = v.object({
  hash: v.number(),
  /** The step that was open last. */
  step: index,
  /** Gates behind one, as "step.block". */
  done: v.array(v.string()),
  finished: v.boolean(),
})

const schema = v.object({ version: v.literal(version), lessons: v.record(v.string(), lessonSchema) })

export type LessonProgress = Readonly<v.InferOutput<typeof lessonSchema>>

interface Told {
  readonly name: string
  readonly hash: number
}

export function noProgress({ hash }: Told): LessonProgress {
  return { hash, step: 0, done: [], finished: false }
}

export function progressFrom(text: string | null, lesson: Told): LessonProgress {
  const { [lesson.name]: held } = read(text)
  return held === undefined || held.hash !== lesson.hash ? noProgress(lesson) : held
}

export function withProgress(text: string | null, name: string, progress: LessonProgress | null): string {
  const { [name]: _old, ...others } = read(text)
  const lessons = progress === null ? others : { ...others, [name]: progress }
  return JSON.stringify({ version, lessons })
}

function read(text: string | null): Record<string, LessonProgress> {
  try {
    const held = v.safeParse(schema, JSON.parse(text ?? 'null'))
    return held.success ? held.output.lessons : {}
  } catch {
    return {}
  }
}

export function savedProgress(lesson: Told): LessonProgress {
  return progressFrom(remembered(key), lesson)
}

/** null forgets the lesson. */
export function saveProgress(name: string, progress: LessonProgress | null): void {
  remember(key, withProgress(remembered(key), name, progress))
}
