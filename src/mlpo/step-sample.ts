/**
 * Words the prompts of a step, samples their completions, and reads the answers.
 */
import type { Completion, Engine, SampleId, SampleOptions, TokenIds } from '../engine/engine.ts'
import { judgeLeader } from './answers/check.ts'
import type { DrawnGroup } from './batches.ts'
import type { Config } from './config/config.ts'
import type { PromptStyle } from './prompts.ts'
import type { Rollout, StepPrompt } from './stages.ts'

/** A worded prompt and what to sample for it. */
export interface PromptPlan {
  readonly prompt: StepPrompt
  readonly count: number
  /** Its place in the step, over all groups. */
  readonly index: number
}

/** Shown as the text of the end token, which has no text of its own. */
const endTokenText = '⏎'

/** [group][prompt], as drawn. */
export function planPrompts(
  groups: readonly DrawnGroup[],
  { leader, style }: { readonly leader: Engine; readonly style: PromptStyle },
): PromptPlan[][] {
  let next = 0
  return groups.map((draws) =>
    draws.map(({ task, variant, round, proposals, count }): PromptPlan => {
      const solutions = proposals?.map(({ text }) => text) ?? null
      const messages = style.leader({ question: task.question, solutions })
      const promptIds = leader.render(messages)
      // Decoding would run the messages together, because what the chat template puts between them has no text.
      const promptText = messages.map(({ content }) => content).join('\n')
      return { prompt: { task, variant, round, proposals, promptText, promptIds }, count, index: next++ }
    }),
  )
}

/** `idOf` names a prompt's random numbers. Result is [plan][completion]. */
export async function sampleRollouts(
  plans: readonly PromptPlan[],
  {
    leader,
    idOf,
    options,
  }: {
    readonly leader: Engine
    readonly idOf: (plan: PromptPlan) => SampleId
    readonly options: SampleOptions
  },
): Promise<Rollout[][]> {
  const requests = plans.map((plan) => ({
    id: idOf(plan),
    prompt: plan.prompt.promptIds,
    count: plan.count,
  }))
  const sampled = await leader.sample(requests, options)
  return plans.map(({ prompt }, p) =>
    (sampled[p] ?? []).map((completion) => rolloutOf(completion, { leader, prompt })),
  )
}

export function samplingOptions(
  config: Config,
  given: Pick<SampleOptions, 'signal' | 'onProgress'>,
): SampleOptions {
  const { max_completion_length, temperature, top_k, top_p, min_p, seed } = config
  return {
    ...given,
    maxTokens: max_completion_length,
    temperature,
    topK: top_k,
    topP: top_p,
    minP: min_p ?? 0,
    seed,
  }
}

/** What a completion of a prompt says. */
export function rolloutOf(
  { ids, logprobs, finish, adapterVersion }: Completion,
  { leader, prompt }: { readonly leader: Engine; readonly prompt: StepPrompt },
): Rollout {
  const text = leader.decode(ids)
  const { thought, answer, unparseable } = judgeLeader(prompt.task, text)
  const tokenTexts = tokenTextsOf(ids, { leader, text, ended: finish === 'stop' })
  return {
    text,
    ids,
    tokenTexts,
    logprobs: [...logprobs],
    finish,
    adapterVersion,
    thought,
    answer,
    unparseable,
  }
}

/** Decoding token by token gives the text, except where a character spans tokens: then each shows what it adds. */
function tokenTextsOf(
  ids: TokenIds,
  { leader, text, ended }: { readonly leader: Engine; readonly text: string; readonly ended: boolean },
): string[] {
  const own = ended ? ids.slice(0, -1) : ids
  const single = own.map((id) => leader.decode([id]))
  const texts = single.join('') === text ? single : addedTexts(own, leader)
  return ended ? [...texts, endTokenText] : texts
}

function addedTexts(ids: TokenIds, leader: Engine): string[] {
  let shown = ''
  return ids.map((_, last) => {
    // An unfinished character decodes to U+FFFD; it appears with the token that completes it.
    const sofar = leader.decode(ids.slice(0, last + 1)).replace(/\uFFFD+$/, '')
    const added = sofar.slice(shown.length)
    shown = sofar
    return added
  })
}
