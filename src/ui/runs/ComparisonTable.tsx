/** Settings in which the compared runs differ, and their last results; for two runs, what changed in one sentence. */
import { fieldOf } from '../../mlpo/config/fields.ts'
import { agentColour } from '../shared/agent.ts'
import { decimal, percent, signed } from '../shared/format.ts'
import { valueText } from '../train/draft.ts'
import type { ComparedRun } from './Comparison.tsx'
import { changesBetween, changesText, lastEvaluation, lastReward, varyingSettings } from './describe.ts'

export function ComparisonTable({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const varying = varyingSettings(runs.map(({ state }) => state.config))
  const [first, second, ...others] = runs
  return (
    <>
      {first !== undefined && second !== undefined && others.length === 0 && (
        <WhatChanged from={first} to={second} />
      )}
      <div className="data-table" tabIndex={0} role="region" aria-label="Settings and results">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Setting or result</span>
              </th>
              {runs.map(({ runId, name, colour }) => (
                <th key={runId} scope="col" style={agentColour(colour)}>
                  <i className="run-colour" aria-hidden="true" /> {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resultRows.map(({ label, of }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {runs.map((run) => (
                  <td key={run.runId}>{of(run)}</td>
                ))}
              </tr>
            ))}
            {varying.map((key) => (
              <tr key={key}>
                <th scope="row">{fieldOf(key).label}</th>
                {runs.map(({ runId, state: { config } }) => (
                  <td key={runId}>{valueText(key, config[key])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {runs.length > 1 && varying.length === 0 && (
        <p className="soft">All settings of these runs are equal.</p>
      )}
    </>
  )
}

function WhatChanged({ from, to }: { readonly from: ComparedRun; readonly to: ComparedRun }) {
  const changes = changesBetween(from.state.config, to.state.config)
  return (
    <p>
      <span className="soft">
        From {from.name} to {to.name}:{' '}
      </span>
      {changes.length === 0 ? 'no setting changed.' : changesText(changes)}
    </p>
  )
}

const none = 'none'

const resultRows: readonly { readonly label: string; readonly of: (run: ComparedRun) => string }[] = [
  { label: 'Steps', of: ({ state }) => `${state.step} of ${state.config.max_steps}` },
  {
    label: 'Leader + team, last evaluation',
    of: ({ state }) => {
      const { leaderTeam } = lastEvaluation(state) ?? {}
      return leaderTeam === undefined
        ? none
        : `${percent(leaderTeam.value, { digits: 1 })} (${percent(leaderTeam.low)} to ${percent(leaderTeam.high)})`
    },
  },
  {
    label: 'Leader alone',
    of: ({ state }) => {
      const evaluation = lastEvaluation(state)
      return evaluation === null ? none : percent(evaluation.leaderAlone.value, { digits: 1 })
    },
  },
  {
    label: 'Gain over the vote, points',
    of: ({ state }) => {
      const { gainOverMajority: gain } = lastEvaluation(state) ?? {}
      const points = (share: number) => signed(share * 100, { digits: 1 })
      return gain === undefined ? none : `${points(gain.value)} (${points(gain.low)} to ${points(gain.high)})`
    },
  },
  {
    label: 'Mean reward, last 10 steps',
    of: ({ state }) => {
      const reward = lastReward(state)
      return reward === null ? none : decimal(reward)
    },
  },
]
