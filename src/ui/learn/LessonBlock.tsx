/** One block of a lesson: text, a door to a place, a pointer, or a gate that a reader gets past by doing or answering. */
import { useState } from 'react'
import { useExperiment } from '../experiment/experimentStore.ts'
import { useLab } from '../shared/labStore.ts'
import { useTrain } from '../train/trainStore.ts'
import type { Block } from './lesson.ts'
import { CheckGate, ChoiceGate, NumberGate } from './LessonGate.tsx'
import { Markdown } from './Markdown.tsx'
import { pointAt } from './pointAt.ts'

export interface GateProps {
  readonly isDone: boolean
  readonly done: () => void
}

export function LessonBlock({ block, ...gate }: GateProps & { readonly block: Block }) {
  switch (block.kind) {
    case 'text':
      return (
        <div className="lesson-text">
          <Markdown tokens={block.tokens} />
        </div>
      )
    case 'open':
      return <OpenBlock block={block} />
    case 'point':
      return <PointBlock block={block} />
    case 'check':
      return <CheckGate block={block} {...gate} />
    case 'choice':
      return <ChoiceGate block={block} {...gate} />
    case 'number':
      return <NumberGate block={block} {...gate} />
  }
}

function OpenBlock({ block: { label, place, link } }: { readonly block: Extract<Block, { kind: 'open' }> }) {
  const locked = useLab((state) => state.locked)
  const newRun = useTrain((state) => state.newRun)
  const open = useExperiment((state) => state.open)
  const act = () => {
    if (link !== null) {
      if (locked) newRun()
      open(link)
    }
    location.hash = `#/${place}`
  }
  return (
    <p className="lesson-open">
      <button type="button" className="button" onClick={act}>
        {label}
      </button>
      {link !== null && locked && <span className="soft">This leaves the run that is open.</span>}
    </p>
  )
}

function PointBlock({ block: { anchor } }: { readonly block: Extract<Block, { kind: 'point' }> }) {
  const [missing, setMissing] = useState(false)
  return (
    <p className="lesson-open">
      <button
        type="button"
        className="button small"
        onClick={() => void pointAt(anchor).then((found) => setMissing(!found))}
      >
        Show me {anchor.label}
      </button>
      <span className="soft" role="status">
        {missing && 'Not on the page yet: do the step above first.'}
      </span>
    </p>
  )
}
