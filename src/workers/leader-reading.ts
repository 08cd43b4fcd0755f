/**
 * Whether the leader can read a question: beside the proposals and its own completion a question has only so many tokens,
 * and a longer one would end the run. And which words it has to spell, because its vocabulary lacks them. Only for the
 * page's own models, whose tokenizers lie beside them.
 */
import * as v from 'valibot'
import { locateModel } from '../engine/catalog.ts'
import { createTokenizer, type Tokenizer } from '../engine/tokenizer/tokenizer.ts'
import type { Config } from '../mlpo/config/config.ts'
import type { Fetch } from '../mlpo/datasets/download.ts'
import type { Task } from '../mlpo/task.ts'
import type { LeaderReading } from './protocol.ts'

interface LeaderReader {
  canRead(task: Task): boolean
  /** Of all that it was asked about. */
  reading(): LeaderReading
}

const modelConfig = v.object({ max_position_embeddings: v.number() })
/** Names, tags and line breaks that a prompt puts around a proposal and around the whole. Tokens. */
const frame = { proposal: 8, prompt: 32 }
/** A word in more pieces than this is spelt, not known. */
const fewPieces = 2
const listedWords = 8

/** null where the tokenizer is not at hand. */
export async function leaderReader(
  { config, modelBase }: { readonly config: Config; readonly modelBase: string },
  fetch: Fetch,
): Promise<LeaderReader | null> {
  if (locateModel(config.leader, modelBase).kind !== 'page') return null
  const json = async (name: string): Promise<unknown> => {
    const response = await fetch(`${modelBase}${config.leader}/${name}`)
    return response.ok ? response.json() : null
  }
  try {
    const [tokenizer, tokenizerConfig, model] = [
      await json('tokenizer.json'),
      await json('tokenizer_config.json'),
      v.parse(modelConfig, await json('config.json')),
    ]
    const limit = questionTokens(config, model.max_position_embeddings)
    return readerWith(createTokenizer({ id: config.leader, tokenizer, tokenizerConfig }), {
      model: config.leader,
      limit,
    })
  } catch {
    // Offline, or a model without these files: the run itself will say what it cannot read.
    return null
  }
}

/** What is left of the context for a question. */
export function questionTokens(config: Config, contextLength: number): number {
  const { peers, max_proposal_length, max_completion_length, max_model_length } = config
  const context = Math.min(contextLength, max_model_length ?? contextLength)
  const proposals = peers.length * (max_proposal_length + frame.proposal)
  return Math.max(0, context - proposals - max_completion_length - frame.prompt)
}

export function readerWith(
  tokenizer: Pick<Tokenizer, 'encode'>,
  { model, limit }: { readonly model: string; readonly limit: number },
): LeaderReader {
  const known = new Map<string, boolean>()
  const strange = new Set<string>()
  let [tooLong, spelt] = [0, 0]
  const isKnown = (word: string) => {
    const held = known.get(word)
    if (held !== undefined) return held
    const is = Math.min(tokenizer.encode(word).length, tokenizer.encode(` ${word}`).length) <= fewPieces
    known.set(word, is)
    return is
  }
  return {
    canRead({ question }) {
      // A token is at least a byte of text: most long texts need no tokenizer to be seen as such.
      const fits = question.length <= limit * 24 && tokenizer.encode(question).length <= limit
      if (!fits) {
        tooLong += 1
        return false
      }
      const words = (question.match(/\p{L}{3,}/gu) ?? []).filter((word) => !isKnown(word))
      for (const word of words) if (strange.size < listedWords) strange.add(word)
      if (words.length > 0) spelt += 1
      return true
    },
    reading: () => ({ model, limit, tooLong, spelt, words: [...strange] }),
  }
}
