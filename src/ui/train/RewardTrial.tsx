/** Tries the chosen rewards: on completions of the last step that was made here, or on a text that somebody types. */
import { useId, useState } from 'react'
import type { Config } from '../../mlpo/config/config.ts'
import { prepareAnswers } from '../../mlpo/answers/check.ts'
import { drawTasks } from '../../mlpo/families/draw.ts'
import type { ReadOutcome, RewardInput } from '../../mlpo/rewards/custom.ts'
import type { Task } from '../../mlpo/task.ts'
import { counted } from '../shared/format.ts'
import { failureOf } from '../shared/failure.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { readyConfig } from './ready.ts'
import { samplesOfStep, triedRows, typedSample } from './rewardSamples.ts'
import type { TriedRow } from './rewardSamples.ts'
import { TrialTable } from './TrialTable.tsx'
import { useTrain } from './trainStore.ts'

interface Tried {
  readonly key: string
  readonly config: Config
  readonly inputs: readonly RewardInput[]
  readonly rows: readonly TriedRow[]
  readonly own: readonly (readonly ReadOutcome[])[]
}

export function RewardTrial() {
  const config = useTrain(readyConfig)
  const codes = useTrain((state) => state.codes)
  const step = useTrain(({ left, whole, current }) => whole ?? current ?? left)
  const tryRewards = useTrain((state) => state.tryRewards)
  const [wanted, setWanted] = useState<'step' | 'text'>('step')
  const [text, setText] = useState<string | null>(null)
  const [state, setState] = useState<'idle' | 'busy'>('idle')
  const [tried, setTried] = useState<Tried | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const task = sampleTask(config)
  const typed = text ?? (task === null ? '' : `<think>I have counted.</think><answer>${task.answer}</answer>`)
  const fromStep = step?.sample != null
  const on = fromStep && wanted === 'step' ? 'step' : 'text'
  const key = JSON.stringify([config, codes, on, on === 'text' ? typed : step?.step])
  const attempt = async () => {
    if (config === null) return
    const maxTokens = config.max_completion_length
    const inputs =
      on === 'step' && step !== null
        ? samplesOfStep(step, { maxTokens })
        : task === null
          ? []
          : [typedSample(task, typed, { maxTokens })]
    setState('busy')
    setFailure(null)
    try {
      await prepareAnswers(inputs.map((input) => input.task))
      const own = await tryRewards(config, inputs)
      setTried({ key, config, inputs, own, rows: triedRows(inputs, { config, own }) })
    } catch (thrown) {
      setFailure(failureOf(thrown).message)
    } finally {
      setState('idle')
    }
  }
  return (
    <details className="reward-trial">
      <summary>Try these rewards</summary>
      {fromStep && (
        <Segmented
          label="Try them on"
          options={[
            { value: 'step', label: `Completions of step ${step.step}` },
            { value: 'text', label: 'A text of mine' },
          ]}
          value={on}
          onChange={setWanted}
        />
      )}
      {on === 'text' && task !== null && <TypedText task={task} text={typed} setText={setText} />}
      <div className="row">
        <button
          type="button"
          className="button small"
          disabled={config === null || state === 'busy'}
          onClick={() => void attempt()}
        >
          {state === 'busy' ? 'Trying…' : 'Try it'}
        </button>
        {config === null && <span className="soft">First correct what is marked.</span>}
        {tried !== null && tried.key !== key && state === 'idle' && (
          <span className="soft">Something has changed since the last trial.</span>
        )}
      </div>
      {failure !== null && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      {tried?.key === key && <Result tried={tried} />}
    </details>
  )
}

/** A question of the chosen families to write an answer to. */
function sampleTask(config: Config | null): Task | null {
  if (config === null) return null
  const { families, seed } = config
  const [task] = drawTasks({ families: families.slice(0, 1), difficulty: 1, split: 'train', count: 1, seed })
  return task ?? null
}

interface TypedTextProps {
  readonly task: Task
  readonly text: string
  readonly setText: (text: string) => void
}

function TypedText({ task, text, setText }: TypedTextProps) {
  const id = useId()
  return (
    <div className="reward-code">
      <p>
        {task.question} <span className="soft">The right answer is {task.answer}.</span>
      </p>
      <label htmlFor={id}>What the leader might write</label>
      <textarea
        id={id}
        className="field mono"
        rows={3}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="setting-note">
        As by a leader without team: there are no answers of peers. Words and signs are counted as tokens.
      </p>
    </div>
  )
}

function Result({ tried: { config, inputs, rows, own } }: { readonly tried: Tried }) {
  const refusals = own.flatMap((outcomes, index) => {
    const last = outcomes.at(-1)
    return last?.status === 'refused' ? [{ name: config.custom_rewards[index] ?? '', ...last }] : []
  })
  return (
    <>
      {refusals.map(({ name, what, hint }) => (
        <p key={name} className="problem" role="alert">
          <span className="mono">{name}</span> {what}. A run would end here. {hint}
        </p>
      ))}
      {refusals.length === 0 && (
        <p className="visually-hidden" role="status">
          {counted(rows.length, 'completion')} scored.
        </p>
      )}
      <TrialTable
        names={[...config.reward_funcs, ...config.custom_rewards]}
        texts={inputs.map(({ completion }) => completion.text)}
        rows={rows}
      />
    </>
  )
}
