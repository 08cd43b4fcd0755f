/** Learn: the lessons with what has been done of each, and the teacher's tools. */
import { lazy, Suspense, useState } from 'react'
import { ResultsPart } from '../experiment/ResultsPart.tsx'
import { useExperiment } from '../experiment/experimentStore.ts'
import { isGate } from './lesson.ts'
import type { Lesson } from './lesson.ts'
import { lessons } from './lessons.ts'
import { savedProgress, saveProgress } from './progress.ts'
import './learn.css'

export function LearnView() {
  return (
    <div className="learn">
      <h1 className="visually-hidden">Learn: lessons and tools for teachers</h1>
      <section className="lesson-list" aria-labelledby="lessons-title">
        <h2 id="lessons-title">Lessons</h2>
        <p>
          A lesson stands beside the page and drives it: you ask the team, train, and read what comes out.
          Each step asks before it tells. How far you came is remembered in this browser.
        </p>
        <ol>
          {lessons.map((lesson) => (
            <LessonRow key={lesson.name} lesson={lesson} />
          ))}
        </ol>
      </section>
      <ForTeachers />
      <ResultsPart />
    </div>
  )
}

function LessonRow({ lesson }: { readonly lesson: Lesson }) {
  const [progress, setProgress] = useState(() => savedProgress(lesson))
  const showLesson = useExperiment((state) => state.showLesson)
  const isOpen = useExperiment(({ experiment }) => experiment.lesson === lesson.name)
  const begun = progress.done.length > 0 || progress.step > 0
  const gates = lesson.steps.flatMap(({ blocks }) => blocks).filter(isGate).length
  const start = () => {
    showLesson(lesson.name)
    location.hash = `#/${lesson.place}`
  }
  const reset = () => {
    saveProgress(lesson.name, null)
    setProgress(savedProgress(lesson))
    // An open panel has its own copy.
    if (isOpen) showLesson(null)
  }
  return (
    <li>
      <div>
        <h3>{lesson.title}</h3>
        <p className="soft">{lesson.summary}</p>
        <p className="soft">
          About {lesson.minutes} minutes
          {progress.finished ? ', done' : begun && `, ${progress.done.length} of ${gates} tasks done`}
        </p>
      </div>
      <div className="row">
        <button type="button" className={begun ? 'button' : 'button main'} onClick={start}>
          {progress.finished ? 'Open again' : begun ? 'Go on' : 'Start'}
          <span className="visually-hidden"> the lesson {lesson.title}</span>
        </button>
        {begun && (
          <button type="button" className="link-button" onClick={reset}>
            Forget<span className="visually-hidden"> what was done in {lesson.title}</span>
          </button>
        )}
      </div>
    </li>
  )
}

const TeachingGuide = lazy(async () => ({ default: (await import('./TeachingGuide.tsx')).TeachingGuide }))

function ForTeachers() {
  const [open, setOpen] = useState(false)
  return (
    <section className="for-teachers" aria-labelledby="teachers-title">
      <h2 id="teachers-title">For teachers</h2>
      <ul>
        <li>
          <strong>Give an experiment.</strong> Set it up in Train, then “Share”: choose what to hide or lock,
          say what you expect, copy the link. It is data alone and needs no account.
        </li>
        <li>
          <strong>Give a lesson.</strong> Open it, and copy the page’s address: it names the lesson.
        </li>
        <li>
          <strong>Write a lesson.</strong> One Markdown file in{' '}
          <code className="mono">src/ui/learn/lessons/</code>; the guide has every block, condition and
          figure.
        </li>
      </ul>
      <div>
        <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Close the guide' : 'Open the guide for teachers'}
        </button>
      </div>
      {open && (
        <Suspense>
          <TeachingGuide />
        </Suspense>
      )}
    </section>
  )
}
