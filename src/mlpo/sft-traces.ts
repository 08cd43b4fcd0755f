/**
 * Traces of a chunk of questions (MLPO §3): what the leader completed becomes one trace each, or the reason why not.
 * The leader writes them itself where `sft` is `self`, else `sft-splice.ts` does. Gold enters by the verdict on the
 * leader's own completions alone.
 */
import type { Engine, SampleOptions, TokenIds } from '../engine/engine.ts'
import { judgeLeader } from './answers/check.ts'
import type { Config } from './config/config.ts'
import type { PromptStyle } from './prompts.ts'
import { stream } from './random.ts'
import { chosen, rejectionOf, type Choice, type Draft } from './sft-choice.ts'
import type { Trace, TraceOutcome } from './sft-stages.ts'
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

/** By the question's id; a draft without an end is missing. */
type Drafts = ReadonlyMap<string, Draft>

function outcomeOf(
  { prompt, rollouts, choice }: Case,
  merged: Drafts,
  { config, leader }: TraceContext,
): TraceOutcome {
  const { task } = prompt
  const right = rollouts.filter(({ text }) => judgeLeader(task, text).right).length
  const head = { task: task.id, right, of: rollouts.length }
  if (choice.kind === 'drop') return { ...head, outcome: 'dropped' }
  if (choice.kind === 'reject') return { ...head, outcome: 'rejected', reason: choice.reason, text: null }
  const draft = choice.kind === 'keep' ? choice.right : merged.get(task.id)
  if (draft === undefined) return { ...head, outcome: 'rejected', reason: 'too long', text: null }
  const { text, ids } = draft
  const reason = rejectionOf(task, draft, { maxTokens: traceLimit(config), decode: leader.decode })
  if (reason !== null) return { ...head, outcome: 'rejected', reason, text }
  const [outcome, wrong] =
    choice.kind === 'keep' ? (['kept', null] as const) : (['merged', choice.wrong.text] as const)
  const trace: Trace = { prompt, kind: outcome, text, ids, wrong, right: choice.right.text }
  return { ...head, outcome, trace }
}

/** By the splice; a draft ends with the token that ended the right completion. */
function joined(mixed: readonly Mixed[], { leader, style }: TraceContext): Drafts {
  return new Map(
    mixed.map(({ prompt: { task, proposals }, choice: { wrong, right } }) => {
      const text = spliced({ wrong, right, proposals, style })
      return [task.id, { text, ids: [...leader.encode(text), ...right.ids.slice(-1)] }]
    }),
  )
}

/** By the leader itself; what does not fit into its context is not asked. */
async function asked(mixed: readonly Mixed[], context: TraceContext): Promise<Drafts> {
  const { config, leader, signal } = context
  const limit = traceLimit(config)
  const requests = mixed
    .map((each) => ({
      mixed: each,
      id: `sft/${each.prompt.task.id}/trace`,
      prompt: mergePrompt(each, context),
      count: 1,
    }))
    .filter(({ prompt }) => prompt.length + limit <= leader.info.contextLength)
  const { seed, sft_temperature: temperature } = config
  const options: SampleOptions = { maxTokens: limit, temperature, seed, ...(signal && { signal }) }
  const sampled = requests.length === 0 ? [] : await leader.sample(requests, options)
  return new Map(
    requests.flatMap(({ mixed: { prompt } }, i): [string, Draft][] => {
      const completion = sampled[i]?.[0]
      if (completion?.finish !== 'stop') return []
      const { ids } = completion
      return [[prompt.task.id, { text: leader.decode(ids), ids }]]
    }),
  )
}

function mergePrompt(
  { prompt: { task, proposals }, choice: { wrong, right } }: Mixed,
  { leader, style }: TraceContext,
): TokenIds {
  const solutions = proposals?.map(({ text }) => text) ?? null
  return leader.render(
    style.merge({ question: task.question, solutions, wrong: wrong.text, right: right.text }),
  )
}
