/**
 * The group: one row per completion. Rewards and advantages appear with their stages. A row's bar runs from the
 * group's mean, the line through all rows, to the row's own reward: its length is the advantage.
 */
import type { Config } from '../../mlpo/config/config.ts'
import { Term } from '../glossary/Term.tsx'
import type { Rollout } from '../../mlpo/stages.ts'
import { decimal, signed } from '../shared/format.ts'
import { Explain } from '../shared/Explain.tsx'
import { Mark, verdictOf } from '../shared/Mark.tsx'
import { isThoughtRight } from './thought.ts'
import { advantageLines, isZero, positions, rewardLine, teaches } from './arithmetic.ts'
import type { StepData } from './step.ts'
import { useTrain } from './trainStore.ts'

interface CompletionsProps {
  readonly step: StepData
  readonly sample: NonNullable<StepData['sample']>
  readonly group: number
  readonly config: Config
}

export function Completions({ step, sample, group, config }: CompletionsProps) {
  const rollouts = sample.groups[group] ?? []
  const { score } = step
  const advantage = step.advantage?.groups[group]
  const idle = advantage !== undefined && !teaches(advantage.advantages)
  return (
    <section className="completions" data-lesson="completions" aria-labelledby="completions-title">
      <h2 className="eyebrow" id="completions-title">
        The leader’s {rollouts.length} <Term name="completion">completions</Term>
      </h2>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              <span className="visually-hidden">Number</span>
            </th>
            <th role="columnheader" scope="col">
              <Term name="thought">Thought</Term> and answer
            </th>
            {score !== null && (
              <>
                <th role="columnheader" scope="col">
                  Mark
                </th>
                {score.functions.map((name) => (
                  <th key={name} role="columnheader" scope="col" className="is-number">
                    {name}
                  </th>
                ))}
                <th role="columnheader" scope="col" className="is-number">
                  <Term name="reward">reward</Term>
                </th>
              </>
            )}
            {advantage !== undefined && (
              <th role="columnheader" scope="col" className="advantage-head">
                <Term name="advantage">advantage</Term>{' '}
                <span className="soft">
                  around <Term name="baseline">mean</Term> {decimal(advantage.mean, { digits: 3 })}
                </span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rollouts.map((rollout, row) => (
            <CompletionRow key={row} rollout={rollout} row={row} step={step} group={group} config={config} />
          ))}
        </tbody>
      </table>
      {idle && (
        <p className="soft">
          All rewards of this group are equal, so that no completion is better than another: it{' '}
          <Term name="idle">teaches nothing</Term>.
        </p>
      )}
    </section>
  )
}

function CompletionRow({
  rollout,
  row,
  step,
  group,
  config,
}: Omit<CompletionsProps, 'sample'> & { readonly rollout: Rollout; readonly row: number }) {
  const selected = useTrain((state) => state.row) === row
  const selectRow = useTrain((state) => state.selectRow)
  const { score } = step
  const own = score?.groups[group]?.[row]
  return (
    <tr role="row" className={selected ? 'is-selected' : undefined} onClick={() => selectRow(row)}>
      <td role="cell" className="row-number">
        <button
          type="button"
          aria-pressed={selected}
          aria-label={`Completion ${row + 1}`}
          onClick={() => selectRow(row)}
        >
          {row + 1}
        </button>
      </td>
      <td role="cell" className="row-text">
        <CompletionText rollout={rollout} />
        {own?.right === true && !isThoughtRight(step, { group, row }) && (
          <em className="row-fault">Right, but its thought does not lead there.</em>
        )}
      </td>
      {score !== null && own !== undefined && (
        <>
          <td role="cell" className="row-mark">
            <Mark verdict={verdictOf({ right: own.right, answer: rollout.answer })} />
          </td>
          {score.functions.map((name, j) => (
            <td key={name} role="cell" className="is-number row-function" data-label={name}>
              {own.rewards[j] == null ? 'skipped' : decimal(own.rewards[j])}
            </td>
          ))}
          <td role="cell" className="is-number row-reward" data-label="reward">
            {own.reward === null ? 'none' : decimal(own.reward)}
          </td>
        </>
      )}
      {step.advantage !== null && (
        <td role="cell" className="row-advantage">
          <Advantage step={step} group={group} row={row} config={config} />
        </td>
      )}
    </tr>
  )
}

/** Thought dim, answer strong; what has neither stands as it was written. */
function CompletionText({
  rollout: { text, thought, answer, unparseable, finish },
}: {
  readonly rollout: Rollout
}) {
  return (
    <>
      {thought === null && answer === null ? <span>{text}</span> : <span className="soft">{thought} </span>}
      {answer !== null && <strong>{answer}</strong>}
      {unparseable !== null && <em className="row-fault">{unparseable.reason}</em>}
      {finish === 'length' && <em className="row-fault">Cut off at the length limit.</em>}
    </>
  )
}

function Advantage({
  step,
  group,
  row,
  config,
}: Omit<CompletionsProps, 'sample'> & { readonly row: number }) {
  const scores = step.score?.groups[group] ?? []
  const advantage = step.advantage?.groups[group]
  const own = scores[row]
  if (advantage === undefined || own === undefined || step.score === null) return null
  const rewards = scores.map(({ reward }) => reward)
  const value = advantage.advantages[row] ?? 0
  const at = positions(rewards, advantage.mean)
  const mean = at(advantage.mean)
  const reward = own.reward === null ? mean : at(own.reward)
  const lines = [rewardLine(own, step.score), ...advantageLines({ rewards, row, group: advantage }, config)]
  return (
    <>
      <span className="bar" aria-hidden="true">
        <i className="bar-mean" style={{ left: `${mean * 100}%` }} />
        <i
          className={value < 0 ? 'bar-fill is-down' : 'bar-fill is-up'}
          style={{ left: `${Math.min(mean, reward) * 100}%`, width: `${Math.abs(reward - mean) * 100}%` }}
        />
        <i
          className={`bar-dot ${isZero(value) ? '' : value < 0 ? 'is-down' : 'is-up'}`}
          style={{ left: `${reward * 100}%` }}
        />
      </span>
      <Explain
        className="advantage-value mono"
        label={`Arithmetic of completion ${row + 1}`}
        triggerLabel={`Advantage ${signed(value)} of completion ${row + 1}: show the arithmetic`}
        trigger={signed(value)}
      >
        <h2>Advantage of completion {row + 1}</h2>
        <dl className="arithmetic">
          {lines.map(({ formula, numbers }) => (
            <div key={formula}>
              <dt>{formula}</dt>
              <dd>{numbers}</dd>
            </div>
          ))}
        </dl>
        {config.scale_rewards === 'none' && (
          <p className="soft">Not divided by the spread of the group (Dr. GRPO).</p>
        )}
      </Explain>
    </>
  )
}
