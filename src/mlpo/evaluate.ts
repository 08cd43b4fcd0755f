/**
 * One leader on held-out questions (MLPO §5): with its team, alone, and what the peers could do without it. Every
 * evaluation of one evaluator asks the same questions with the same proposals and the same sampling seeds, so that two
 * of them differ by the leader alone. Greedy or at temperature 1, peers and leader alike.
 */
import { checkAnswer, prepareAnswers } from './answers/check.ts'
import { extractLeader } from './answers/extract.ts'
import { extractFlexible } from './answers/flexible.ts'
import type { Config } from './config/config.ts'
import { gsm8kFamily } from './datasets/formats/gsm8k.ts'
import { createSamplePool, finished } from './evaluate-pool.ts'
import { alone, ownProposals, proposals, rounds, type Bench, type TeamSettings } from './evaluate-team.ts'
import { otherQuestion, permutedSeats, type Shown } from './evaluation/conditions.ts'
import type { Told } from './evaluation/told.ts'
import {
  summarise,
  type Decoding,
  type EvaluationRow,
  type EvaluationRows,
  type PeerOutcome,
} from './evaluation-rows.ts'
import { hasGold } from './proposal-file.ts'
import type { Evaluation, Progress } from './stages.ts'
import type { Task } from './task.ts'
import type { Team } from './team.ts'
import type { AnsweredQuestion } from './text-file.ts'

/** What the leader is shown instead of its team's own proposals in their seats. */
export type Control = 'none' | 'other-question' | 'permuted-seats'

export interface EvaluatorInput {
  readonly team: Team
  /** Distinct ids; those whose gold answer does not parse are left out. */
  readonly tasks: readonly Task[]
  readonly settings: TeamSettings
  readonly control?: Control
}

export interface EvaluateOptions {
  readonly step: number
  readonly decoding: Decoding
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Gets every question's texts, once it is answered. */
  readonly onAnswered?: (answered: AnsweredQuestion) => Promise<void>
}

export interface EvaluationResult {
  readonly evaluation: Evaluation
  readonly outcomes: EvaluationRows
}

export interface Evaluator {
  /** The leader as it is now, with its engine's adapter. */
  evaluate(options: EvaluateOptions): Promise<EvaluationResult>
}

/** Questions that are asked together. */
const chunkQuestions = 32

export function createEvaluator({ team, settings, control = 'none', ...input }: EvaluatorInput): Evaluator {
  const tasks = input.tasks.filter(hasGold)
  const { seed } = settings
  const proposed = newPool(seed)
  return {
    async evaluate({ step, decoding, signal, onProgress, onAnswered }) {
      await prepareAnswers(tasks)
      const temperature = decoding === 'greedy' ? 0 : 1
      const temperatures = { peers: temperature, leader: temperature }
      const run = { team, settings, temperatures, leader: '', ...(signal && { signal }) }
      const bench: Bench = { ...run, pool: proposed }
      const told = await finished(
        proposals(bench, { tasks, count: 1, label: 'Peers solve the held-out questions' }),
        onProgress,
      )
      const shown = shownUnder(control)(ownProposals(bench, { tasks, told, sample: 0 }), seed)
      const rows: EvaluationRow[] = []
      for (let start = 0; start < shown.length; start += chunkQuestions) {
        // What the leader writes is not kept: the next evaluation has another leader.
        const leader: Bench = { ...run, pool: newPool(seed) }
        const answered = await askChunk(leader, shown.slice(start, start + chunkQuestions))
        for (const one of answered) await onAnswered?.(one)
        rows.push(...answered.map(rowOf))
        const progress = { done: rows.length, total: tasks.length, unit: 'questions' } as const
        onProgress?.({ what: 'evaluate', label: 'Held-out questions', ...progress })
      }
      const outcomes = { step, decoding, rows }
      return { outcomes, evaluation: summarise(outcomes, { seed }) }
    },
  }
}

/** `evaluate` of a session: one value per decoding that `eval_decoding` asks for. */
export function decodingsOf({ eval_decoding: decoding }: Pick<Config, 'eval_decoding'>): readonly Decoding[] {
  return decoding === 'both' ? ['greedy', 'sampled'] : [decoding]
}

/** Nobody asks how long these samples took. */
function newPool(seed: number) {
  return createSamplePool({ seed, now: () => 0 })
}

function shownUnder(control: Control): (shown: readonly Shown[], seed: number) => readonly Shown[] {
  switch (control) {
    case 'none':
      return (shown) => shown
    case 'other-question':
      return otherQuestion
    case 'permuted-seats':
      return permutedSeats
  }
}

async function askChunk(bench: Bench, shown: readonly Shown[]): Promise<AnsweredQuestion[]> {
  const label = 'Held-out questions'
  const tasks = shown.map(({ task }) => task)
  const lonely = await finished(alone(bench, { tasks, count: 1, label }))
  const episodes = await finished(rounds(bench, { shown, sample: 0, label }))
  return shown.flatMap(({ task }, q) => {
    const episode = episodes[q]
    return episode === undefined ? [] : [{ ...episode, task, alone: lonely[q]?.[0] ?? null }]
  })
}

function rowOf({ task, peers, rounds: leader, alone: own }: AnsweredQuestion): EvaluationRow {
  const final = leader.at(-1)
  const formats = [final, own].filter((told) => isValidFormat(told?.text ?? '')).length
  return {
    ...{ taskId: task.id, family: task.family, peers: peers.map(outcomeOf), rounds: leader.map(outcomeOf) },
    alone: outcomeOf(own),
    validFormats: formats === 2 ? 2 : formats === 1 ? 1 : 0,
    leaderTokens: final?.cost.generatedTokens ?? 0,
    ...(task.family === gsm8kFamily && {
      flexible: {
        peers: peers.map(({ text }) => isFlexiblyRight(task, text)),
        leaderTeam: isFlexiblyRight(task, final?.text),
        leaderAlone: isFlexiblyRight(task, own?.text),
      },
    }),
  }
}

/** GSM8K's second score: the last number counts, whatever the form. */
function isFlexiblyRight(task: Task, text = ''): boolean {
  return checkAnswer(task, extractFlexible(text, task.answer_type)).status === 'right'
}

function outcomeOf(told: Told | null | undefined): PeerOutcome {
  return { answer: told?.answer ?? null, right: told?.right ?? false }
}

function isValidFormat(text: string): boolean {
  return extractLeader(text).status === 'parsed'
}
