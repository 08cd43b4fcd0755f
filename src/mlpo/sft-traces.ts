/**
 * Traces of a chunk of questions (MLPO §3): what the leader completed becomes one trace each, or the reason why not.
 * The leader writes them itself where `sft` is `self`, else `sft-splice.ts` does. Gold enters by the verdict on the
 * leader's own completions alone.
 */
import type { Engine, TokenIds } from '../engine/engine.ts'
import { judgeLeader } from './answers/check.ts'
import type { Config } from './config/config.ts'
import type { PromptStyle } from './prompts.ts'
import { stream } from './random.ts'
import { chosen, rejectionOf, type Choice, type Draft } from './sft-choice.ts'
import type { Rejection, Trace, TraceOutcome } from './sft-stages.ts'
import { spliced } from './sft-splice.ts'
import type { Rollout, StepPrompt } from './stages.ts'

export interface TraceContext {
  readonly config: Config
  readonly leader: Engine
  readonly style: PromptStyle
  readonly signal?: AbortSignal
}

/** A question's prompt with the leader's completions of it. */
export interface Completed {
  readonly prompt: StepPrompt
  readonly rollouts: readonly Rollout[]
}

type Case = Completed & { readonly choice: Choice }
type Mixed = Completed & { readonly choice: Extract<Choice, { readonly kind: 'merge' }> }

/** [question], in the order given. */
export async function tracesOf(
  completed: readonly Completed[],
  context: TraceContext,
): Promise<TraceOutcome[]> {
  const { sft, seed } = context.config
  const cases = completed.map((each): Case => {
    const { task } = each.prompt
    return { ...each, choice: chosen(task, each.rollouts, stream(seed, 'sft-choice', task.id)) }
  })
  const mixed = cases.filter((each): each is Mixed => each.choice.kind === 'merge')
  const merged = sft === 'self' ? await asked(mixed, context) : joined(mixed, context)
  return cases.map((each) => outcomeOf(each, merged, context))
}

/** The longest trace, tokens. */
export function traceLimit({ sft_max_length, max_completion_length }: Config): number {
  return sft_max_length ?? max_completion_length
}

/** What a writer made of two completions, or why nothing. */
type Written = Draft | Rejection

function outcomeOf(
  { prompt, rollouts, choice }: Case,
  merged: ReadonlyMap<string, Written>,
  { config, leader }: TraceContext,
): TraceOutcome {
  const { task } = prompt
  const right = rollouts.filter(({ text }) => judgeLeader(task, text).right).length
  const head = { task: task.id, right, of: rollouts.length }
  if (choice.kind === 'drop') return { ...head, outcome: 'dropped' }
  if (choice.kind === 'reject') return { ...head, outcome: 'rejected', reason: choice.reason, text: null }
  const written =
    choice.kind === 'keep' ? { ...choice.right, wrong: null } : (merged.get(task.id) ?? 'too long')
  if (typeof written === 'string') return { ...head, outcome: 'rejected', reason: written, text: null }
  const { text, ids, wrong } = written
  const reason = rejectionOf(task, written, {
    maxTokens: traceLimit(config),
    decode: (tokens) => leader.decode(tokens),
  })
  if (reason !== null) return { ...head, outcome: 'rejected', reason, text }
  const outcome = wrong === null ? 'kept' : 'merged'
  const trace: Trace = { prompt, kind: outcome, text, ids, wrong, right: choice.right.text }
  return { ...head, outcome, trace }
}

/** By the splice; a draft ends with the token that ended the right completion. By the question's id. */
function joined(mixed: readonly Mixed[], { leader, style }: TraceContext): Map<string, Written> {
  return new Map(
    mixed.map(({ prompt: { task, proposals }, choice }): [string, Written] => {
      const { right } = choice
      for (const wrong of choice.wrong) {
        const text = spliced({ wrong, right, proposals, style })
        if (text === null) continue
        const ids = [...leader.encode(text), ...right.ids.slice(-1)]
        return [task.id, { text, ids, wrong: wrong.text }]
      }
      return [task.id, 'no wrong step']
    }),
  )
}

/** By the leader itself; what does not fit into its context, or came to no end, is missing. By the question's id. */
async function asked(mixed: readonly Mixed[], context: TraceContext): Promise<Map<string, Written>> {
  const { config, leader, signal } = context
  const maxTokens = traceLimit(config)
  const asks = mixed

    .map(({ prompt, choice: { wrong, right } }) => {
      const first = wrong[0]?.text ?? ''
      return { task: prompt.task.id, wrong: first, prompt: mergePrompt(prompt, [first, right.text], context) }
    })
    .filter(({ prompt }) => prompt.length + maxTokens <= leader.info.contextLength)
  if (asks.length === 0) return new Map()
  const requests = asks.map(({ task, prompt }) => ({ id: `sft/${task}/trace`, prompt, count: 1 }))
  const { seed, sft_temperature: temperature } = config
  const sampled = await leader.sample(requests, { maxTokens, temperature, seed, ...(signal && { signal }) })
  return new Map(
    asks.flatMap(({ task, wrong }, i): [string, Written][] => {
      const completion = sampled[i]?.[0]
      if (completion?.finish !== 'stop') return []
      const { ids } = completion
      return [[task, { text: leader.decode(ids), ids, wrong }]]
    }),
  )
}

function mergePrompt(
  { task, proposals }: StepPrompt,
  [wrong, right]: readonly [string, string],
  { leader, style }: TraceContext,
): TokenIds {
  const solutions = proposals?.map(({ text }) => text) ?? null
  return leader.render(style.merge({ question: task.question, solutions, wrong, right }))
}
