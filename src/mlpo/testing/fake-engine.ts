/**
 * A language model of one choice, for tests of the algorithm: tokens up to 255 are characters, token 256 + k is a whole
 * leader's text with the answer k, 0 ends. It draws k from softmax(B / temperature) of the adapter's one module, so
 * that `fake-trainer.ts` can train it exactly, and a run on it learns.
 */
import { hashText, uniformAt } from '../../common/hash.ts'
import type { Adapter, Completion, Engine, SampleOptions, SampleRequest } from '../../engine/engine.ts'
import { leaderText } from '../prompts.ts'

export const fakeModule = 'model.layers.0.self_attn.q_proj'
export const fakeChoices = 10
const firstChoice = 256

const textOf = (id: number) =>
  id < firstChoice
    ? String.fromCharCode(id)
    : leaderText({ thought: 'I guess.', answer: String(id - firstChoice) })

/** Log-probabilities of the choices, nats. */
export function fakeLogprobs(adapter: Adapter | null, temperature: number): number[] {
  const scores = adapter?.modules.get(fakeModule)?.b ?? new Float32Array(fakeChoices)
  const logits = [...scores].map((score) => score / (temperature === 0 ? 1 : temperature))
  const top = Math.max(...logits)
  const logSum = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0))
  return logits.map((logit) => logit - logSum)
}

export const choiceOf = (id: number) => id - firstChoice

export function fakeEngine(id = 'fake-model'): Engine {
  let adapter: Adapter | null = null
  let version = 0
  const complete = (words: readonly [number, number, number], { temperature }: SampleOptions): Completion => {
    const logprobs = fakeLogprobs(adapter, temperature)
    const greedy = logprobs.indexOf(Math.max(...logprobs))
    const choice = temperature === 0 ? greedy : drawn(logprobs, uniformAt(...words))
    return {
      ids: [firstChoice + choice, 0],
      logprobs: Float32Array.of(logprobs[choice] ?? 0, 0),
      finish: 'stop',
      adapterVersion: version,
    }
  }
  const sampleOne = (request: SampleRequest, options: SampleOptions) =>
    Array.from({ length: request.count }, (_, c) =>
      complete([options.seed, hashText(request.id), (request.firstIndex ?? 0) + c], options),
    )
  return {
    info: {
      id,
      architecture: 'llama',
      contextLength: 4096,
      vocabularySize: firstChoice + fakeChoices,
      parameterCount: fakeChoices,
      weightBytes: 4 * fakeChoices,
      licence: null,
    },
    can: { adapter: 'native', batch: true, score: true },
    base: null,
    encode: (text) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i) & 0xff),
    decode: (ids) =>
      ids
        .filter((id) => id !== 0)
        .map(textOf)
        .join(''),
    render(messages) {
      return this.encode(messages.map(({ role, content }) => `${role}: ${content}\n`).join(''))
    },
    async *generate(prompt, options) {
      const [[completion] = []] = await this.sample([{ id: options.id, prompt, count: 1 }], options)
      for (const [t, id] of completion?.ids.entries() ?? [])
        yield { id, logprob: completion?.logprobs[t] ?? 0 }
    },
    sample: (requests, options) => Promise.resolve(requests.map((request) => sampleOne(request, options))),
    score(pairs) {
      const logprobs = fakeLogprobs(adapter, 1)
      const logprobOf = (token: number) => (token === 0 ? 0 : (logprobs[choiceOf(token)] ?? 0))
      return Promise.resolve(pairs.map(({ completion }) => Float32Array.from(completion, logprobOf)))
    },
    setAdapter(given) {
      adapter = given
      version = given === null ? 0 : version + 1
      return Promise.resolve(version)
    },
    dispose: () => Promise.resolve(),
  }
}

function drawn(logprobs: readonly number[], uniform: number): number {
  let sum = 0
  const found = logprobs.findIndex((logprob) => (sum += Math.exp(logprob)) > uniform)
  return found === -1 ? logprobs.length - 1 : found
}
