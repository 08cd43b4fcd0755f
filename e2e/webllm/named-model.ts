/** A model by its name, as the app's workers load it: files, library and trainer follow from the name. */
import type { Engine, TokenIds } from '../../src/engine/engine.ts'
import { disposeLora, loraTensors } from '../../src/engine/llama/lora.ts'
import { BoundModel } from '../../src/engine/llama/model.ts'
import { completionLogprobs } from '../../src/engine/llama/score.ts'
import { llamaWeights } from '../../src/engine/llama/weights.ts'
import type { ModelInfo } from '../../src/engine/engine.ts'
import { loadModel, type LoadRequest, type Training } from '../../src/workers/load-model.ts'
import type { LibraryName } from '../../src/workers/protocol.ts'
import { randomAdapter } from './tiny-models.ts'

export interface NamedReport {
  readonly info: ModelInfo
  readonly library: LibraryName | null
  readonly adapter: Engine['can']['adapter']
  /** A greedy answer, and what the engine thinks of it: as it said, and as it scores. */
  readonly reported: readonly number[]
  readonly scored: readonly number[]
  /** What engine and trainer think of other tokens: of the base model, with an adapter, and without it again. */
  readonly trained: readonly { readonly engine: readonly number[]; readonly trainer: readonly number[] }[]
  /** A prompt that fills the context is refused by this. */
  readonly refusal: string
}

export async function loadNamed(
  request: Pick<LoadRequest, 'model' | 'role' | 'wanted' | 'contextLength'>,
): Promise<NamedReport> {
  const { engine, library, training } = await loadModel({
    ...request,
    modelBase: `${globalThis.location.origin}/models/`,
    onProgress: () => undefined,
  })
  const { info, can } = engine
  const prompt = engine.render([{ role: 'user', content: 'What is 12 + 7?' }])
  const [[answer] = []] = await engine.sample([{ id: 'x', prompt, count: 1 }], {
    maxTokens: 6,
    temperature: 0,
    seed: 1,
  })
  if (answer === undefined) throw new Error('There was no answer.')
  const pair = { prompt, completion: answer.ids }
  const [scored = new Float32Array(0)] = await engine.score([pair])
  const full = Array.from({ length: info.contextLength }, () => prompt[0] ?? 0)
  const refusal = await engine.score([{ prompt: full, completion: [1] }]).then(
    () => 'none',
    (error: unknown) => String(error),
  )
  // Nothing that the model would say, so that an adapter shows.
  const unlikely = { prompt, completion: [...prompt].reverse() }
  const trained = training === null ? [] : await besideTrainer(engine, training, unlikely)
  await engine.dispose()
  return {
    ...{ info, library, adapter: can.adapter, refusal, trained },
    reported: [...answer.logprobs],
    scored: [...scored],
  }
}

interface ScoredPair {
  readonly prompt: TokenIds
  readonly completion: TokenIds
}

async function besideTrainer(engine: Engine, training: Training, pair: ScoredPair) {
  const { base, kernels } = training.ground()
  const weights = llamaWeights(base)
  const adapter = randomAdapter(weights.config, { r: 4, seed: 8 })
  const lora = loraTensors(adapter, weights)
  const scored: { engine: number[]; trainer: number[] }[] = []
  for (const isOn of [false, true, false]) {
    await engine.setAdapter(isOn ? adapter : null)
    const [ofEngine = new Float32Array(0)] = await engine.score([pair])
    const bound = new BoundModel(weights, isOn ? lora : null, kernels)
    const group = { prompt: pair.prompt, completions: [pair.completion] }
    const [[ofTrainer = new Float32Array(0)] = []] = (await completionLogprobs(bound, [group])).logprobs
    bound.dispose()
    scored.push({ engine: [...ofEngine], trainer: [...ofTrainer] })
  }
  disposeLora(lora.modules)
  return scored
}
