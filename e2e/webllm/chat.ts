/** WebLLM's own chat, with what it sampled from at every step: the logits after a grammar's mask, before anything else. */
import type { ChatCompletionRequestNonStreaming } from '@mlc-ai/web-llm'
import type { WebLlmModel } from '../../src/engine/webllm/load.ts'

export type ChatRequest = Omit<ChatCompletionRequestNonStreaming, 'messages' | 'stream'>

export interface ChatReport {
  readonly text: string
  readonly finish: string
  readonly tokens: readonly number[]
  /** WebLLM's own, of `tokens`, nats. */
  readonly reported: readonly number[]
  /** [step][token]. */
  readonly logits: readonly (readonly number[])[]
}

export async function chatWith(
  { engine, id, logits: tap }: WebLlmModel,
  question: string,
  request: ChatRequest,
): Promise<ChatReport> {
  const logits: number[][] = []
  const tokens: number[] = []
  const { processLogits, processSampledToken } = tap
  tap.processLogits = (row) => {
    logits.push([...row])
    return processLogits.call(tap, row)
  }
  tap.processSampledToken = (token) => {
    tokens.push(token)
    processSampledToken.call(tap, token)
  }
  try {
    await engine.resetChat(false, id)
    const { choices } = await engine.chat.completions.create({
      ...request,
      messages: [{ role: 'user', content: question }],
      logprobs: true,
      top_logprobs: 1,
    })
    const [choice] = choices
    return {
      text: choice?.message.content ?? '',
      finish: choice?.finish_reason ?? '',
      tokens,
      reported: choice?.logprobs?.content?.map(({ logprob }) => logprob) ?? [],
      logits,
    }
  } finally {
    Object.assign(tap, { processLogits, processSampledToken })
  }
}
