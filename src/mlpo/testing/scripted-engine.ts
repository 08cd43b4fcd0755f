/**
 * A language model that writes what a test tells it to: a function of the prompt's text and one uniform number, which
 * depends on (seed, sample id, index) as every engine's does. One character is one token; 0 ends a text.
 */
import { hashText, uniformAt } from '../../common/hash.ts'
import type { Completion, Engine, SampleOptions, TokenIds } from '../../engine/engine.ts'

export interface ScriptedCall {
  readonly prompt: string
  /** The same for the same (seed, sample id, index), in [0, 1); 0 when greedy. */
  readonly uniform: number
}

export interface ScriptedEngine extends Engine {
  /** Texts of all prompts so far. */
  readonly prompts: readonly string[]
}

export function scriptedEngine(id: string, reply: (call: ScriptedCall) => string): ScriptedEngine {
  const prompts: string[] = []
  const decode = (ids: TokenIds) => String.fromCharCode(...ids.filter((token) => token !== 0))
  const complete = (prompt: TokenIds, key: readonly [string, number], options: SampleOptions): Completion => {
    const { seed, temperature, maxTokens } = options
    const text = decode(prompt)
    prompts.push(text)
    const uniform = temperature === 0 ? 0 : uniformAt(seed, hashText(key[0]), key[1])
    const all = [...encode(reply({ prompt: text, uniform })), 0]
    const ids = all.slice(0, maxTokens)
    return {
      ids,
      logprobs: new Float32Array(ids.length),
      finish: all.length > maxTokens ? 'length' : 'stop',
      adapterVersion: 0,
    }
  }
  return {
    info: {
      id,
      architecture: 'llama',
      contextLength: 100_000,
      vocabularySize: 65_536,
      parameterCount: 1,
      weightBytes: 4,
      licence: null,
    },
    can: { adapter: 'none', batch: true, score: false },
    base: null,
    prompts,
    encode,
    decode,
    render: (messages) => encode(messages.map(({ role, content }) => `[${role}]${content}`).join('')),
    async *generate(prompt, options) {
      const { ids } = complete(prompt, [options.id, 0], options)
      for (const token of ids) {
        await Promise.resolve()
        yield { id: token, logprob: 0 }
      }
    },
    sample(requests, options) {
      options.signal?.throwIfAborted()
      return Promise.resolve(
        requests.map(({ id: name, prompt, count, firstIndex = 0 }) =>
          Array.from({ length: count }, (_, c) => complete(prompt, [name, firstIndex + c], options)),
        ),
      )
    },
    score: (pairs) => Promise.resolve(pairs.map(({ completion }) => new Float32Array(completion.length))),
    setAdapter: () => Promise.resolve(0),
    dispose: () => Promise.resolve(),
  }
}

function encode(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
}
