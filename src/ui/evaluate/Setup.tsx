/** Whom to evaluate, on how much, and how far that is. */
import { evaluationPlan, generationsOf, type PlanName } from '../../mlpo/evaluation/plans.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { seconds } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { ProgressBar } from '../shared/ProgressBar.tsx'
import { Segmented } from '../shared/Segmented.tsx'
import { trainedWords } from '../shared/trainedWords.ts'
import { useTrain } from '../train/trainStore.ts'
import { KeptReports } from './KeptReports.tsx'
import { OpenReport } from './OpenReport.tsx'
import { useEvaluate, type ShownReport, type Status } from './evaluateStore.ts'
import { useCandidate } from './useCandidate.ts'

export function Setup() {
  const status = useEvaluate((state) => state.status)
  const evaluate = useEvaluate((state) => state.evaluate)
  const size = useEvaluate((state) => state.size)
  const choose = useEvaluate((state) => state.choose)
  const isRunning = useTrain(({ run }) => run?.mode === 'running' || run?.mode === 'loading')
  const isBusy = status.kind === 'loading' || status.kind === 'working'
  return (
    <section className="evaluate-setup" aria-label="Evaluation">
      <Candidate />
      <Segmented<PlanName>
        label="Size"
        value={size}
        onChange={choose}
        options={[
          { value: 'quick', label: 'Quick' },
          { value: 'thorough', label: 'Thorough' },
        ]}
      />
      <Rounds />
      <PlanFacts />
      <button type="button" className="button main" disabled={isRunning || isBusy} onClick={evaluate}>
        Evaluate
      </button>
      {isRunning && !isBusy && (
        <p className="soft">
          A run is going on with this team. Pause it in <a href="#/train">Train</a>, then evaluate.
        </p>
      )}
      <StatusPart status={status} />
      <OpenReport />
      <KeptReports />
    </section>
  )
}

const roundChoices = [1, 2, 3, 5]

function Rounds() {
  const { config } = useCandidate()
  const choose = useEvaluate((state) => state.chooseRounds)
  const rounds = [...new Set([...roundChoices, config.eval_rounds])].sort((a, b) => a - b)
  return (
    <div className="evaluate-rounds">
      <span>
        <Term name="round">Rounds</Term>
      </span>
      <Segmented
        label="Rounds"
        value={`${config.eval_rounds}`}
        onChange={(value) => choose(Number(value))}
        options={rounds.map((round) => ({ value: `${round}`, label: round }))}
      />
    </div>
  )
}

function Candidate() {
  const preset = useLab((state) => state.preset)
  const { trained } = useCandidate()
  return (
    <p>
      {trained === null ? (
        <>
          The <strong>untrained leader</strong> of team {preset.label}.
        </>
      ) : (
        <>
          The leader of team {preset.label} <strong>{trainedWords(trained)}</strong>, against the untrained
          one{trained.questions !== null && `, on questions of ${trained.questions.source}`}.
        </>
      )}
    </p>
  )
}

const decodingWords = { greedy: 'greedy', sampled: 'at temperature 1' } as const

function PlanFacts() {
  const size = useEvaluate((state) => state.size)
  const shown = useEvaluate((state) => state.shown)
  const { config, trained } = useCandidate()
  const plan = evaluationPlan(size, config)
  const generations = generationsOf(plan, {
    ...{ peers: config.peers.length, rounds: config.eval_rounds },
    ...{ leaders: trained === null ? 1 : 2, permuted: config.permute_seats },
  })
  const measured = millisecondsEach(shown, config.leader)
  return (
    <dl className="facts">
      <dt>Questions</dt>
      <dd>
        {plan.sizes.questions} <Term name="heldOut">held-out</Term> ones per <Term name="seed">seed</Term>
      </dd>
      <dt>Decoding</dt>
      <dd>
        <TermText
          text={plan.decodings.map((decoding) => decodingWords[decoding]).join(' and ')}
          terms={{ greedy: 'greedy', temperature: 'temperature' }}
        />
      </dd>
      <dt>Seeds</dt>
      <dd>
        {plan.seeds.length === 1 ? '1: an estimate, no claim' : `${plan.seeds.length}, as a claim takes`}
      </dd>
      <dt>Work</dt>
      <dd>
        about {Number(generations.toPrecision(2)).toLocaleString('en')}{' '}
        <Term name="generation">generations</Term>
        {measured !== null && `, about ${seconds(generations * measured)} here`}
      </dd>
    </dl>
  )
}

/** As the last evaluation of this leader took them; null before there is one. */
function millisecondsEach(shown: ShownReport | null, leader: string): number | null {
  if (shown?.report.setup.leader !== leader) return null
  const made = shown.report.parts.map((part) => part.made)
  const generations = made.reduce((sum, cost) => sum + cost.generations, 0)
  return generations === 0 ? null : made.reduce((sum, cost) => sum + cost.milliseconds, 0) / generations
}

function StatusPart({ status }: { readonly status: Status }) {
  const loading = useLab((state) => state.progress)
  const cancel = useEvaluate((state) => state.cancel)
  const evaluate = useEvaluate((state) => state.evaluate)
  const shown = useEvaluate((state) => state.shown)
  switch (status.kind) {
    case 'idle':
      return null
    case 'cancelled':
      return <p className="soft">{leftBy(shown)}</p>
    case 'failed':
      return <ErrorNotice error={status.error} action={{ label: 'Try again', act: evaluate }} />
    case 'loading':
    case 'working': {
      const progress =
        status.kind === 'loading' ? loading : status.progress && { ...status.progress, label: status.label }
      return (
        <div className="evaluate-progress">
          {progress === null ? <p className="soft">Waking the team…</p> : <ProgressBar progress={progress} />}
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      )
    }
  }
}

function leftBy(shown: ShownReport | null): string {
  if (shown === null) return 'Cancelled. Nothing was finished, so there is nothing to show.'
  const { seeds } = shown.report.setup
  return seeds.length < shown.seeds
    ? `Cancelled after ${seeds.length} of ${shown.seeds} seeds. The report is about these.`
    : 'Cancelled. The report is that of the evaluation before.'
}
