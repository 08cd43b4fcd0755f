/** The step laid out as the algorithm has it; below each stage stands only what it has made. */
import { percent } from '../shared/format.ts'
import { Completions } from './Completions.tsx'
import { GroupPicker } from './GroupPicker.tsx'
import { PromptPart } from './PromptPart.tsx'
import { shownStep } from './shownStep.ts'
import { StepComparison } from './StepComparison.tsx'
import { StepHistory } from './StepHistory.tsx'
import { StepNumbers } from './StepNumbers.tsx'
import { Tokens } from './Tokens.tsx'
import { useTrain } from './trainStore.ts'
import { UpdatePart } from './UpdatePart.tsx'

export function StepView() {
  const run = useTrain((state) => state.run)
  const current = useTrain((state) => state.current)
  const whole = useTrain((state) => state.whole)
  const group = useTrain((state) => state.group)
  const opened = useTrain((state) => state.opened)
  const kept = useTrain((state) => state.kept)
  const compared = useTrain((state) => state.compared)
  const step = shownStep({ run, current, whole, opened, kept })
  const number = opened ?? step?.step ?? null
  const history = <StepHistory shown={number} />
  const prompts = step?.prompt?.prompts ?? []
  const at = Math.min(group, Math.max(0, prompts.length - 1))
  const prompt = prompts[at]
  if (run !== null && compared !== null)
    return (
      <>
        {history}
        <StepComparison steps={[number ?? run.step, compared]} />
      </>
    )
  if (run === null || step === null || prompt === undefined)
    return (
      <>
        {history}
        {opened === null ? <NoStep /> : <StepNumbers step={opened} />}
      </>
    )
  return (
    <>
      {history}
      <GroupPicker step={step} at={at} />
      <PromptPart prompt={prompt} number={at + 1} models={run.config.peers} />
      {step.sample !== null && (
        <Completions
          key={`${step.step}/${at}`}
          step={step}
          sample={step.sample}
          group={at}
          config={run.config}
        />
      )}
      {step.loss !== null && step.sample !== null && (
        <Tokens loss={step.loss} sample={step.sample} advantage={step.advantage} group={at} />
      )}
      {step.update !== null && <UpdatePart step={step} update={step.update} />}
    </>
  )
}

function NoStep() {
  const isElsewhere = useTrain((state) => state.isElsewhere)
  const run = useTrain((state) => state.run)
  const last = useTrain(({ evaluations }) => evaluations.at(-1))
  if (run === null) return null
  if (run.saved || run.mode === 'finished') {
    return (
      <div className="no-step">
        <p className="lead">
          {run.mode === 'finished'
            ? 'The run is over.'
            : isElsewhere
              ? `As it was saved after step ${run.step}.`
              : `Left after step ${run.step}, ready to go on.`}
        </p>
        {last !== undefined && (
          <p className="soft">
            At the last evaluation, after {last.step} steps, the leader with its team was right on{' '}
            {percent(last.leaderTeam.value)} of {last.n} held-out questions; a vote of the peers on{' '}
            {percent(last.majority.value)}.
          </p>
        )}
        <p className="soft">
          {run.step === 0
            ? 'It was stopped before its first step.'
            : run.mode === 'finished'
              ? 'Its curves and its adapter are kept; the questions and completions of its steps are kept for the visit in which they were made.'
              : 'The texts of past steps are not kept. The next step’s appear here as soon as it runs.'}
        </p>
      </div>
    )
  }
  return (
    <div className="no-step">
      <p className="lead">
        {run.mode === 'loading'
          ? 'The team gets ready.'
          : run.mode === 'failed'
            ? 'No step to show.'
            : 'The first step comes next.'}
      </p>
      <p className="soft">
        Here the step will be laid out: questions, completions, rewards, advantages, tokens, update.
      </p>
    </div>
  )
}
