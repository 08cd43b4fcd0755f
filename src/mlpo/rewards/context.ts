/** What a reward function is given of a completion, made of what was sampled. */
import { extractLeader } from '../answers/extract.ts'
import type { Proposal, Rollout } from '../stages.ts'
import type { CompletionContext } from './reward.ts'

export function completionContext(
  { text, ids, finish }: Pick<Rollout, 'text' | 'ids' | 'finish'>,
  { proposals, maxTokens }: { readonly proposals: readonly Proposal[] | null; readonly maxTokens: number },
): CompletionContext {
  return {
    text,
    parsed: extractLeader(text),
    peerAnswers: proposals?.map(({ answer }) => answer) ?? null,
    tokenCount: ids.length,
    maxTokens,
    truncated: finish === 'length',
  }
}
