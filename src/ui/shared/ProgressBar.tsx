/** Work that is counted: what, how far, and how long it will still take once that can be said. */
import { useEffect, useState } from 'react'
import type { Progress } from '../../mlpo/stages.ts'
import { megabytes, seconds } from './format.ts'

/** An estimate from less than this is a guess. */
const patienceMs = 1500

export function ProgressBar({ progress }: { readonly progress: Progress }) {
  const { label, done, total, unit } = progress
  const left = useTimeLeft(progress)
  const share = total > 0 ? Math.min(1, done / total) : 0
  const counts =
    unit === 'bytes'
      ? `${megabytes(done)} of ${megabytes(total)}`
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`
  return (
    <div className="progress">
      <div className="progress-words">
        <span>{label}</span>
        <span className="soft">
          {counts}
          {left !== null && `, about ${seconds(left)} left`}
        </span>
      </div>
      <div
        className="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={counts}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}

interface Beginning {
  readonly name: string
  readonly atMs: number
  readonly done: number
}

/** Milliseconds, at the rate since this piece of work began; null while too little of it has been seen. */
function useTimeLeft({ what, label, done, total }: Progress): number | null {
  const name = `${what}/${label}/${total}`
  const [beginning, setBeginning] = useState<Beginning | null>(null)
  const [left, setLeft] = useState<number | null>(null)
  useEffect(() => {
    const atMs = performance.now()
    if (beginning === null || beginning.name !== name || done < beginning.done) {
      setBeginning({ name, atMs, done })
      setLeft(null)
      return
    }
    const elapsedMs = atMs - beginning.atMs
    const gained = done - beginning.done
    if (elapsedMs < patienceMs || gained <= 0) return
    setLeft(done < total ? ((total - done) * elapsedMs) / gained : null)
  }, [name, done, total, beginning])
  return left
}
