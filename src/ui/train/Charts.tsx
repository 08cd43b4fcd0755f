/** The curves of a run: held-out accuracy against the team's own lines, reward, and four small ones. */
import { useMemo } from 'react'
import type { Evaluation } from '../../mlpo/stages.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import { decimal, figure, percent, signed } from '../shared/format.ts'
import { LiveChart } from './LiveChart.tsx'
import { MetricFormula } from './MetricFormula.tsx'
import type { MetricFormulaName } from './metricFormulas.ts'
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
  const openStep = useTrain((state) => state.openStep)
  const evaluation = useTrain(({ evaluations }) => evaluations.at(-1))
  const points = useTrain(({ current, run }) => (run?.step ?? 0) > 0 || current?.complete === true)
  const { max_steps: steps, eval_every: every } = run.config
  const over = run.mode === 'finished' || run.mode === 'failed'
  const peers = run.config.peers.length
  const specs = useMemo(() => specsOf(steps, peers), [steps, peers])
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
            formula={<MetricFormula name="accuracy" />}
            log={evaluationLog}
            onPick={openStep}
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
              formula={<MetricFormula name="reward" />}
              log={metrics}
              onPick={openStep}
              spec={specs.reward}
              summary="Mean reward of each step's completions."
              note={`Thin: each step, with questions of its own, so that it jumps. Thick: mean of the last ${smoothed}. Click a point of any curve to open its step.`}
            />
          </div>
          {run.config.alone_fraction < 1 && (
            <div className="card">
              <LiveChart
                title="Strategy"
                formula={<MetricFormula name="strategy" />}
                log={metrics}
                onPick={openStep}
                spec={specs.strategy}
                summary="Whom the leader follows where a peer stands alone with its answer, and how often it overrules a plurality, mean of the last ten steps."
                note="A rate per peer over the questions where it stands alone; a leader that reads follows each when it is right."
              />
            </div>
          )}
          <div className="small-charts">
            {specs.small.map(({ title, formula, summary, spec }) => (
              <div className="card" key={title}>
                <LiveChart
                  title={title}
                  formula={<MetricFormula name={formula} />}
                  log={metrics}
                  onPick={openStep}
                  spec={spec}
                  summary={summary}
                />
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
        {percent(leaderTeam.value)} against the <Term name="vote">vote</Term>’s {percent(majority.value)}:{' '}
        {signed(gain.value * 100, { digits: 1 })} points (<Term name="interval">95 %</Term>:{' '}
        {signed(gain.low * 100, { digits: 1 })} to {signed(gain.high * 100, { digits: 1 })}), {n}{' '}
        <Term name="heldOut">questions</Term>,{' '}
        <TermText text={decoding} terms={{ greedy: 'greedy', sampled: 'temperature' }} />, one{' '}
        <Term name="seed">seed</Term>.
      </span>
    </p>
  )
}

function specsOf(steps: number, peers: number) {
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
  const strategy: PlotSpec = {
    height: 150,
    compact: false,
    lines: [
      ...Array.from({ length: peers }, (_, peer) =>
        line(`team/copy_rate/${peer}`, `follows peer ${peer + 1}`, `--peer-${(peer % 8) + 1}`, {
          smooth: smoothed,
        }),
      ),
      line('team/overrule_rate', 'overrules', '--ink', { smooth: smoothed, dash: [6, 4] }),
      line('team/overrule_right', 'rightly, of those', '--lead', { smooth: smoothed, dash: [1, 4] }),
    ],
    range: 'shares',
    from: 1,
    to: steps,
    format: share,
  }
  const small = (
    title: string,
    formula: MetricFormulaName,
    [key, summary]: readonly [string, string],
    format: (value: number) => string,
  ) => ({
    title,
    formula,
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
    strategy,
    small: [
      small(
        'Entropy',
        'entropy',
        ['entropy', 'Entropy per token, nats.'],
        (value) => `${decimal(value, { digits: 2 })} nats`,
      ),
      small(
        'Length',
        'length',
        ['completions/mean_length', 'Mean length of a completion, tokens.'],
        (value) => `${decimal(value, { digits: 1 })} tokens`,
      ),
      small('Gradient norm', 'gradient', ['grad_norm', 'Norm of the gradient before clipping.'], figure),
      small(
        'Idle groups',
        'idle',
        ['frac_reward_zero_std', 'Share of completions in groups of equal rewards, which teach nothing.'],
        share,
      ),
    ],
  }
}
