/** A lesson beside the page: one step at a time, each showing only as much as has been worked for. */
import { useEffect, useRef, useState } from 'react'
import { useExperiment } from '../experiment/experimentStore.ts'
import { TermScope } from '../glossary/Term.tsx'
import { lessons } from './lessons.ts'
import { isGate } from './lesson.ts'
import type { Lesson, Step } from './lesson.ts'
import { LessonBlock } from './LessonBlock.tsx'
import { unpoint } from './pointAt.ts'
import { noProgress, savedProgress, saveProgress } from './progress.ts'
import type { LessonProgress } from './progress.ts'
import './learn.css'

export function LessonPanel({ name }: { readonly name: string }) {
  const lesson = lessons.find((each) => each.name === name)
  return lesson === undefined ? null : <Panel key={name} lesson={lesson} />
}

function Panel({ lesson }: { readonly lesson: Lesson }) {
  const [progress, setProgress] = useState(() => savedProgress(lesson))
  const [folded, setFolded] = useState(false)
  const showLesson = useExperiment((state) => state.showLesson)
  const change = (next: LessonProgress) => {
    setProgress(next)
    saveProgress(lesson.name, next)
  }
  useEffect(() => unpoint, [])
  const at = Math.min(progress.step, lesson.steps.length - 1)
  const step = lesson.steps[at]
  return (
    <aside
      className={folded ? 'lesson-panel is-folded' : 'lesson-panel'}
      aria-label={`Lesson: ${lesson.title}`}
    >
      <header>
        <div>
          <p className="eyebrow">
            Lesson, step {at + 1} of {lesson.steps.length}
          </p>
          <h2>{lesson.title}</h2>
        </div>
        <div className="row">
          <button
            type="button"
            className="button small fold-button"
            aria-expanded={!folded}
            onClick={() => setFolded(!folded)}
          >
            {folded ? 'Unfold' : 'Fold'}
          </button>
          <button type="button" className="button small" onClick={() => showLesson(null)}>
            Close<span className="visually-hidden"> the lesson</span>
          </button>
        </div>
      </header>
      {!folded && step !== undefined && (
        <TermScope key={at}>
          <StepPart lesson={lesson} step={step} at={at} progress={progress} change={change} />
        </TermScope>
      )}
    </aside>
  )
}

interface StepPartProps {
  readonly lesson: Lesson
  readonly step: Step
  readonly at: number
  readonly progress: LessonProgress
  readonly change: (progress: LessonProgress) => void
}

function StepPart({ lesson, step, at, progress, change }: StepPartProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const id = (block: number) => `${at}.${block}`
  const open = step.blocks.findIndex((block, index) => isGate(block) && !progress.done.includes(id(index)))
  const shown = open === -1 ? step.blocks : step.blocks.slice(0, open + 1)
  const isLast = at === lesson.steps.length - 1
  const go = (to: number) => {
    unpoint()
    change({ ...progress, step: to })
  }
  const done = (block: number) => {
    if (!progress.done.includes(id(block))) change({ ...progress, done: [...progress.done, id(block)] })
  }
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <div className="lesson-body">
      <h3 ref={heading} tabIndex={-1}>
        {step.title}
      </h3>
      {shown.map((block, index) => (
        <LessonBlock
          key={index}
          block={block}
          isDone={progress.done.includes(id(index))}
          done={() => done(index)}
        />
      ))}
      <footer className="row">
        {at > 0 && (
          <button type="button" className="button" onClick={() => go(at - 1)}>
            Back
          </button>
        )}
        {open === -1 && !isLast && (
          <button type="button" className="button main" onClick={() => go(at + 1)}>
            Next
          </button>
        )}
        {open === -1 && isLast && <LessonEnd lesson={lesson} progress={progress} change={change} />}
      </footer>
    </div>
  )
}

function LessonEnd({ lesson, progress, change }: Pick<StepPartProps, 'lesson' | 'progress' | 'change'>) {
  const showLesson = useExperiment((state) => state.showLesson)
  const next = lessons[lessons.indexOf(lesson) + 1]
  if (!progress.finished) {
    return (
      <button type="button" className="button main" onClick={() => change({ ...progress, finished: true })}>
        Finish the lesson
      </button>
    )
  }
  return (
    <>
      <p role="status">
        <strong>Lesson done.</strong>
      </p>
      {next !== undefined && (
        <button type="button" className="button main" onClick={() => showLesson(next.name)}>
          Next lesson: {next.title}
        </button>
      )}
      <button type="button" className="button" onClick={() => change(noProgress(lesson))}>
        Start over
      </button>
    </>
  )
}
