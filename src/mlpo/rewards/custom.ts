/**
 * Rewards that somebody wrote for a run (MLPO §4): `export default (task, completion) => number | null` in JavaScript, null
 * to skip. The code gets plain values and is run somewhere else (`CodeRunner`); what it returns is not trusted. Code that
 * draws random numbers or reads a clock makes a run that cannot be repeated: nothing here prevents that.
 */
import type { Task } from '../task.ts'
import type { CompletionContext } from './reward.ts'

export interface CustomReward {
  /** As in `custom_rewards`. */
  readonly name: string
  /** An ES module. */
  readonly code: string
}

export interface RewardInput {
  readonly task: Task
  readonly completion: CompletionContext
}

export type CodeOutcome =
  | { readonly status: 'value'; readonly value: unknown }
  | { readonly status: 'threw'; readonly message: string }
  /** It did not come back in time and has been ended. */
  | { readonly status: 'terminated'; readonly limitMs: number }

/** Runs one call of a reward's code where it can do no harm to the run. Never rejects because of the code. */
export interface CodeRunner {
  run(
    reward: CustomReward,
    input: RewardInput,
    limits: { readonly timeLimitMs: number },
  ): Promise<CodeOutcome>
}

/** The code of a run's own rewards, and what runs it. */
export interface CustomRewards {
  readonly codes: readonly CustomReward[]
  readonly runner: CodeRunner
}

export type RewardProblem = 'missing' | 'threw' | 'terminated' | 'not a score'

/** One's own reward cannot score: the step ends, the run keeps its last finished one. */
export class RewardCodeError extends Error {
  override readonly name = 'RewardCodeError'
  constructor(
    readonly reward: string,
    readonly problem: RewardProblem,
    detail: string,
  ) {
    super(`The reward "${reward}" ${detail}`)
  }
}

/** Raw values of `custom_rewards`, in their order; null = skipped. @throws RewardCodeError */
export type ScoreCustom = (task: Task, completion: CompletionContext) => Promise<readonly (number | null)[]>

/** @throws RewardCodeError when a name has no code. */
export function customScorer(
  {
    custom_rewards: names,
    custom_reward_timeout: timeLimitMs,
  }: { readonly custom_rewards: readonly string[]; readonly custom_reward_timeout: number },
  rewards: CustomRewards | null,
): ScoreCustom {
  const found = names.map((name) => withCode(name, rewards))
  return async (task, completion) => {
    const scores: (number | null)[] = []
    for (const { reward, runner } of found)
      scores.push(scoreOf(reward.name, await runner.run(reward, { task, completion }, { timeLimitMs }), task))
    return scores
  }
}

function withCode(name: string, rewards: CustomRewards | null) {
  const reward = rewards?.codes.find((code) => code.name === name)
  if (rewards === null || reward === undefined)
    throw new RewardCodeError(
      name,
      'missing',
      'has no code here: links and settings never carry any. Give its code with the run, or take it out of ' +
        'custom_rewards.',
    )
  return { reward, runner: rewards.runner }
}

const goOn = 'Correct its code and go on from the last finished step, or start a run without it.'

function scoreOf(name: string, outcome: CodeOutcome, { id }: Task): number | null {
  const read = readOutcome(outcome, `question ${id}`)
  if (read.status === 'score') return read.value
  const { problem, what, hint } = read
  throw new RewardCodeError(name, problem, [`${what}.`, goOn, ...(hint === null ? [] : [hint])].join(' '))
}

export type ReadOutcome =
  /** null = skipped. */
  | { readonly status: 'score'; readonly value: number | null }
  | {
      readonly status: 'refused'
      readonly problem: Exclude<RewardProblem, 'missing'>
      /** Reads on after the reward's name, without a full stop. */
      readonly what: string
      readonly hint: string | null
    }

/** What a call of reward code came to; `where` is what it was given: "question chain-1". */
export function readOutcome(outcome: CodeOutcome, where: string): ReadOutcome {
  switch (outcome.status) {
    case 'threw':
      return refused('threw', `failed on ${where}: ${outcome.message}`)
    case 'terminated':
      return refused(
        'terminated',
        `was ended on ${where}, after ${outcome.limitMs} ms without a result`,
        'custom_reward_timeout is the time that it may take.',
      )
    case 'value': {
      const { value } = outcome
      if (value === null || (typeof value === 'number' && Number.isFinite(value)))
        return { status: 'score', value }
      const shown = typeof value === 'number' ? String(value) : `a value of type ${typeof value}`
      return refused(
        'not a score',
        `gave ${shown} for ${where}; a reward is a finite number, or null to skip`,
      )
    }
  }
}

function refused(
  problem: Exclude<RewardProblem, 'missing'>,
  what: string,
  hint: string | null = null,
): ReadOutcome {
  return { status: 'refused', problem, what, hint }
}
