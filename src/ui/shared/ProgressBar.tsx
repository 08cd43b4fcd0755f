/** Work that is counted: what, how far, and how long it will still take once that can be said. */
import { megabytes, seconds } from './format.ts'
import type { TimedProgress } from './timedProgress.ts'

type Shown = Pick<TimedProgress, 'label' | 'done' | 'total' | 'unit' | 'leftMs'>

export function ProgressBar({ progress }: { readonly progress: Shown }) {
  const { label, done, total, unit, leftMs } = progress
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
          {leftMs !== null && `, about ${seconds(leftMs)} left`}
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
