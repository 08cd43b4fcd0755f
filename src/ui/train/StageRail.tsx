/** The stages of the step: what each has made, and which is at work or comes next. */
import { seconds } from '../shared/format.ts'
import type { TimedProgress } from '../shared/timedProgress.ts'
import { nextStage, stageNames, summaryOf } from './step.ts'
import type { StepData } from './step.ts'
import { stageHelp, stageTitles } from './text.ts'
import { useTrain } from './trainStore.ts'
import type { StageName } from '../../mlpo/stages.ts'

type Standing = 'done' | 'now' | 'works' | 'open'

/** `progress` is of the work within the stage. */
export function StageRail({ progress }: { readonly progress: TimedProgress | null }) {
  const current = useTrain((state) => state.current)
  const mode = useTrain(({ run }) => run?.mode)
  const step = useTrain(({ run }) => run?.step ?? 0)
  const isBeforeSteps = useTrain(
    ({ run, current: begun }) => run?.config.sft !== 'off' && run?.step === 0 && begun === null,
  )
  if (isBeforeSteps || (current === null && mode !== 'running' && mode !== 'paused')) return null
  const works = mode === 'running' ? nextStage(current) : null
  const fresh = works === 'prompt'
  const shown = fresh ? null : current
  const number = shown?.step ?? (current === null ? step + 1 : current.step + 1)
  return (
    <section aria-label="Stages" data-lesson="stages">
      <h2 className="eyebrow">Step {number}</h2>
      <ol className="rail">
        {stageNames.map((stage) => {
          const standing = standingOf(stage, { shown, works })
          return (
            <li
              key={stage}
              className={`is-${standing}`}
              aria-current={standing === 'now' ? 'step' : undefined}
            >
              <span className="rail-title">
                {stageTitles[stage]}
                {standing === 'works' && <span className="visually-hidden"> (at work)</span>}
              </span>
              <small>
                {standing === 'works' && progress?.what === stage
                  ? `${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')} ${progress.unit}`
                  : ((shown === null ? null : described(shown, stage)) ?? stageHelp[stage])}
              </small>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function described(data: StepData, stage: StageName): string | null {
  const summary = summaryOf(data, stage)
  const elapsedMs = data.elapsedMs[stage]
  if (summary === null) return null
  return elapsedMs === undefined ? summary : `${summary}, ${seconds(elapsedMs)}`
}

function standingOf(
  stage: StageName,
  { shown, works }: { readonly shown: StepData | null; readonly works: StageName | null },
): Standing {
  if (stage === works) return 'works'
  if (shown === null || shown[stage] === null) return 'open'
  return works === null && shown.last === stage ? 'now' : 'done'
}
