/**
 * Does what we do behind WebLLM's back still work? Writes an adapter, generates, compares, takes it off and compares
 * again: a few small forward passes when a model starts, instead of training against a policy that never changes.
 */
import { EngineError } from '../engine.ts'
import type { LlamaConfig } from '../llama/config.ts'
import type { WebLlmInternals } from './internals.ts'
import { adaptedMatrices } from './lora-sink.ts'

export class SelfCheckError extends EngineError {
  override readonly name = 'SelfCheckError'
  constructor(readonly problem: string) {
    super(
      `WebLLM does not do what this app needs of it: ${problem}. Choose another engine in the settings, and report this.`,
    )
  }
}

export interface CheckedModel {
  readonly config: LlamaConfig
  readonly internals: Pick<WebLlmInternals, 'reserveLora' | 'selectLora' | 'writeParameter'>
  /** Starts over with these tokens; gives the logits after them. */
  logitsAfter(ids: readonly number[]): Promise<Float32Array>
}

const probe = [0, 1]

/** Leaves the base model behind. */
export async function checkAdapters({ config, internals, logitsAfter }: CheckedModel): Promise<void> {
  const base = await logitsAfter(probe)
  if (base.length !== config.vocabularySize || base.some((logit) => !Number.isFinite(logit)))
    throw new SelfCheckError(`it gives no logits for the ${config.vocabularySize} tokens of the vocabulary`)
  const last = adaptedMatrices(config).at(-1)
  if (last === undefined) throw new SelfCheckError('the model has no layers')
  internals.reserveLora({ slots: 1, rank: 1 })
  const ramp = Float32Array.from({ length: last.inputs }, (_, i) => (i + 1) / last.inputs)
  internals.writeParameter(`${last.name}.lora_A`, ramp)
  const outputs = last.members.reduce((sum, member) => sum + member.outputs, 0)
  internals.writeParameter(
    `${last.name}.lora_B`,
    Float32Array.from({ length: outputs }, (_, i) => i / outputs),
  )
  internals.selectLora({ slot: 1, scale: 1 })
  const adapted = await logitsAfter(probe)
  internals.selectLora({ slot: 0, scale: 0 })
  const again = await logitsAfter(probe)
  if (adapted.every((logit, i) => logit === base[i]))
    throw new SelfCheckError('a written adapter changes nothing')
  if (again.some((logit, i) => logit !== base[i]))
    throw new SelfCheckError('without its adapter the model is not the base model again')
}
