/** The curves of a run: held-out accuracy against the team's own lines, reward, and four small ones. */
import { useMemo } from 'react'
import type { Evaluation } from '../../mlpo/stages.ts'
import { decimal, figure, percent, signed } from '../shared/format.ts'
import { LiveChart } from './LiveChart.tsx'
import type { LineSpec, PlotSpec } from './plotSpec.ts'
import { useTrain } from './trainStore.ts'
import type { Run } from './trainStore.ts'

const line = (
  key: string,
  label: string,
  token: string,
  style: Partial<Pick<LineSpec, 'width' | 'dash' | 'points' | 'smooth'>> = {},
): LineSpec => ({ key, label, token, width: 1.5, points: false, role: 'line', ...style })

const bound = (key: string, label: string, role: 'high' | 'low'): LineSpec => ({
  ...line(key, label, '--lead'),
  role,
})

const accuracyLines: readonly LineSpec[] = [
  bound('team_high', '95 % to', 'high'),
  bound('team_low', '95 % from', 'low'),
  line('oracle', 'oracle', '--soft', { dash: [1, 4] }),
  line('best_peer', 'best peer', '--soft', { dash: [8, 3, 1, 3] }),
  line('vote', 'vote', '--ink', { dash: [6, 4] }),
  line('alone', 'leader alone', '--soft', {}),
  line('team', 'leader + team', '--lead', { width: 2.5, points: true }),
]

const smoothed = 10

export function Charts({ run }: { readonly run: Run }) {
  const metrics = useTrain((state) => state.metrics)
  const evaluationLog = useTrain((state) => state.evaluationLog)
  const evaluation = useTrain(({ evaluations }) => evaluations.at(-1))
  const points = useTrain(({ current, run }) => (run?.step ?? 0) > 0 || current?.complete === true)
  const { max_steps: steps, eval_every: every } = run.config
  const over = run.mode === 'finished' || run.mode === 'failed'
  const specs = useMemo(() => specsOf(steps), [steps])
  return (
    <>
      {evaluation === undefined && !over && (
        <p className="chart-empty soft">
          {every > 0
            ? `Held-out accuracy appears with the first evaluation, then after every ${every} steps.`
            : 'Held-out accuracy appears with the evaluation at the end.'}
        </p>
      )}
      {evaluation !== undefined && (
        <div className="card">
          <LiveChart
            title="Held-out accuracy"
            log={evaluationLog}
            spec={specs.accuracy}
            summary="Share of held-out questions answered right, by step."
          />
          <Reading evaluation={evaluation} />
        </div>
      )}
      {points && (
        <>
          <div className="card">
            <LiveChart
              title="Reward"
              log={metrics}
              spec={specs.reward}
              summary="Mean reward of each step's completions."
              note={`Thin: each step. Thick: mean of the last ${smoothed}.`}
            />
          </div>
          <div className="small-charts">
            {specs.small.map(({ title, summary, spec }) => (
              <div className="card" key={title}>
                <LiveChart title={title} log={metrics} spec={spec} summary={summary} />
              </div>
            ))}
          </div>
        </>
      )}
    </>
  )
}

/** The latest evaluation in words, because the lines alone do not say what is significant. */
function Reading({ evaluation }: { readonly evaluation: Evaluation }) {
  const { leaderTeam, gainOverMajority: gain, n, decoding, majority } = evaluation
  const verdict =
    gain.low > 0
      ? 'It leads the vote.'
      : gain.high < 0
        ? 'The vote is still better.'
        : 'Not told apart from the vote.'
  return (
    <p className="reading">
      <strong>{verdict}</strong>{' '}
      <span className="soft">
        {percent(leaderTeam.value)} against {percent(majority.value)}:{' '}
        {signed(gain.value * 100, { digits: 1 })} points (95 %: {signed(gain.low * 100, { digits: 1 })} to{' '}
        {signed(gain.high * 100, { digits: 1 })}), {n} questions, {decoding}, one seed.
      </span>
    </p>
  )
}

function specsOf(steps: number) {
  const share = (value: number) => (Number.isNaN(value) ? '' : percent(value))
  const accuracy: PlotSpec = {
    height: 230,
    compact: false,
    lines: accuracyLines,
    range: 'shares',
    from: 0,
    to: steps,
    format: share,
  }
  const reward: PlotSpec = {
    height: 150,
    compact: false,
    lines: [
      line('reward', 'each step', '--edge', { width: 1 }),
      line('reward', `mean of ${smoothed}`, '--lead', { width: 2.5, smooth: smoothed }),
    ],
    range: 'values',
    from: 1,
    to: steps,
    format: (value) => decimal(value, { digits: 2 }),
  }
  const small = (title: string, key: string, summary: string, format: (value: number) => string) => ({
    title,
    summary,
    spec: {
      height: 48,
      compact: true,
      lines: [line(key, title, '--lead', { width: 1.75 })],
      range: 'values',
      from: 1,
      to: steps,
      format,
    } satisfies PlotSpec,
  })
  return {
    accuracy,
    reward,
    small: [
      small(
        'Entropy',
        'entropy',
        'Entropy per token, nats.',
        (value) => `${decimal(value, { digits: 2 })} nats`,
      ),
      small(
        'Length',
        'completions/mean_length',
        'Mean length of a completion, tokens.',
        (value) => `${decimal(value, { digits: 1 })} tokens`,
      ),
      small('Gradient norm', 'grad_norm', 'Norm of the gradient before clipping.', figure),
      small(
        'Idle groups',
        'frac_reward_zero_std',
        'Share of completions in groups of equal rewards, which teach nothing.',
        share,
      ),
    ],
  }
}
