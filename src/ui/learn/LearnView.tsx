/** Learn: the lessons, and the teacher's tools. */
import { ResultsPart } from '../experiment/ResultsPart.tsx'
import './learn.css'

export function LearnView() {
  return (
    <div className="learn">
      <h1 className="visually-hidden">Learn: lessons and tools for teachers</h1>
      <ResultsPart />
    </div>
  )
}
