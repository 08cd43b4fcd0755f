/**
 * Everything that was written, as JSON lines to be read one by one: the completions of a training step with what they
 * earned, and the answers to held-out questions.
 */
import { promptVersion } from './prompts.ts'
import type { SessionEvent } from './session.ts'
import type { GroupAdvantage, Rollout, Score, StepPrompt } from './stages.ts'
import type { Told } from './evaluation/told.ts'
import type { Task } from './task.ts'

/** One question of an evaluation. */
export interface AnsweredQuestion {
  readonly task: Task
  /** Round 0, by index of the peer. */
  readonly peers: readonly Told[]
  /** What the peers had made of it in the last round. */
  readonly lastPeers: readonly Told[]
  /** The leader with its team, t = 0…T−1. */
  readonly rounds: readonly Told[]
  readonly alone: Told | null
}

export function answeredLine(
  { task, peers, lastPeers, rounds, alone }: AnsweredQuestion,
  about: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({
    ...about,
    ...{ task: task.id, family: task.family, question: task.question, gold: task.answer },
    peers: peers.map(spoken),
    ...(rounds.length > 1 && { last_peers: lastPeers.map(spoken) }),
    rounds: rounds.map(spoken),
    alone: alone === null ? null : spoken(alone),
    prompt_version: promptVersion,
  })
}

function spoken({ text, answer, right, cost }: Told) {
  return { text, answer, right, tokens: cost.generatedTokens }
}

/** The lines of a step, one per completion, once its advantages are known. */
export function rolloutLines(): (event: SessionEvent) => readonly string[] {
  let prompts: readonly StepPrompt[] = []
  let rollouts: readonly (readonly Rollout[])[] = []
  let scores: readonly (readonly Score[])[] = []
  let functions: readonly string[] = []
  return (event) => {
    if (event.type !== 'stage') return []
    const { stage } = event
    switch (stage.stage) {
      case 'prompt':
        prompts = stage.prompts
        return []
      case 'sample':
        rollouts = stage.groups
        return []
      case 'score':
        scores = stage.groups
        functions = stage.functions
        return []
      case 'advantage':
        return prompts.flatMap((prompt, p) =>
          (rollouts[p] ?? []).flatMap((rollout, completion) => {
            const [score, group] = [scores[p]?.[completion], stage.groups[p]]
            if (score === undefined || group === undefined) return []
            return rolloutLine({ step: stage.step, prompt, completion, rollout, functions, score, group })
          }),
        )
      case 'loss':
      case 'update':
        return []
    }
  }
}

function rolloutLine({
  step,
  prompt: { task, variant, round, proposals },
  completion,
  rollout: { text, answer, ids, finish, unparseable },
  functions,
  score: { right, rewards, reward },
  group: { advantages },
}: {
  readonly step: number
  readonly prompt: StepPrompt
  readonly completion: number
  readonly rollout: Rollout
  readonly functions: readonly string[]
  readonly score: Score
  readonly group: GroupAdvantage
}): string {
  return JSON.stringify({
    ...{ step, task: task.id, question: task.question, gold: task.answer, variant, round },
    proposals: proposals?.map((proposal) => proposal.text) ?? null,
    ...{ completion, text, answer, right, finish, tokens: ids.length },
    unparseable: unparseable?.reason ?? null,
    rewards: Object.fromEntries(functions.map((name, j) => [name, rewards[j] ?? null])),
    ...{ reward, advantage: advantages[completion] ?? 0 },
    prompt_version: promptVersion,
  })
}
