/** What changed between two steps: their figures side by side, and their answers where the questions can be compared. Pure. */
import type { Metrics } from '../../mlpo/stages.ts'
import { decimal, percent, signed } from '../shared/format.ts'
import type { StepData } from './step.ts'

export interface FigureRow {
  readonly label: string
  readonly from: string
  readonly to: string
  readonly change: string
}

interface Figure {
  readonly key: string
  readonly label: string
  readonly kind: 'value' | 'share'
}

const none = 'none'

function figuresOf(peers: number): readonly Figure[] {
  return [
    { key: 'reward', label: 'Mean reward', kind: 'value' },
    { key: 'rewards/accuracy/mean', label: 'Right answers', kind: 'share' },
    ...Array.from({ length: peers }, (_, peer): Figure => ({
      key: `team/copy_rate/${peer}`,
      label: `Follows peer ${peer + 1} where it stands alone`,
      kind: 'share',
    })),
    { key: 'team/overrule_rate', label: 'Overrules a plurality', kind: 'share' },
    { key: 'team/overrule_right', label: 'Rightly, of those', kind: 'share' },
    { key: 'completions/mean_length', label: 'Mean length, tokens', kind: 'value' },
    { key: 'completions/clipped_ratio', label: 'Cut off at the longest', kind: 'share' },
    { key: 'frac_reward_zero_std', label: 'In groups that teach nothing', kind: 'share' },
    { key: 'entropy', label: 'Entropy, nats', kind: 'value' },
  ]
}

/** Figures that neither step has are left out; where one lacks it there is no change. */
export function figureRows(from: Metrics | null, to: Metrics | null, peers: number): readonly FigureRow[] {
  return figuresOf(peers).flatMap(({ key, label, kind }) => {
    const [before, after] = [from?.[key], to?.[key]]
    if (before === undefined && after === undefined) return []
    const text = (value: number | undefined) =>
      value === undefined ? none : kind === 'share' ? percent(value) : decimal(value, { digits: 2 })
    const difference = before === undefined || after === undefined ? null : after - before
    const change =
      difference === null
        ? ''
        : kind === 'share'
          ? `${signed(difference * 100, { digits: 0 })} points`
          : signed(difference, { digits: 2 })
    return [{ label, from: text(before), to: text(after), change }]
  })
}

export interface Answers {
  /** Each answer with how often it was given, the most frequent first; null = none could be read. */
  readonly counts: readonly { readonly answer: string | null; readonly count: number }[]
  readonly right: number
  readonly of: number
}

export interface SharedQuestion {
  readonly question: string
  readonly gold: string
  readonly from: Answers
  readonly to: Answers
}

export interface SharedFamily {
  readonly family: string
  readonly from: Pick<Answers, 'right' | 'of'>
  readonly to: Pick<Answers, 'right' | 'of'>
}

/** Questions that stand in both steps. */
export function sharedQuestions(from: StepData, to: StepData): readonly SharedQuestion[] {
  return (from.prompt?.prompts ?? []).flatMap(({ task }, group) => {
    const other = to.prompt?.prompts.findIndex((prompt) => prompt.task.key === task.key) ?? -1
    if (other < 0) return []
    const { question, answer: gold } = task
    return [{ question, gold, from: answersOf(from, [group]), to: answersOf(to, [other]) }]
  })
}

/** Families of which both steps have questions. */
export function sharedFamilies(from: StepData, to: StepData): readonly SharedFamily[] {
  const groupsOf = (step: StepData, family: string) =>
    (step.prompt?.prompts ?? []).flatMap(({ task }, group) => (task.family === family ? [group] : []))
  const families = new Set(from.prompt?.prompts.map(({ task }) => task.family) ?? [])
  return [...families].sort().flatMap((family) => {
    const [before, after] = [groupsOf(from, family), groupsOf(to, family)]
    return after.length === 0 ? [] : [{ family, from: answersOf(from, before), to: answersOf(to, after) }]
  })
}

function answersOf({ sample, score }: StepData, groups: readonly number[]): Answers {
  const rollouts = groups.flatMap((group) => sample?.groups[group] ?? [])
  const scores = groups.flatMap((group) => score?.groups[group] ?? [])
  const counts = new Map<string | null, number>()
  for (const { answer } of rollouts) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return {
    counts: [...counts].map(([answer, count]) => ({ answer, count })).sort((a, b) => b.count - a.count),
    right: scores.filter(({ right }) => right).length,
    of: scores.length,
  }
}
