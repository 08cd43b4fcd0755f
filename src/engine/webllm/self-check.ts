/**
 * Does what we do behind WebLLM's back still work? Writes an adapter, generates, compares, takes it off and compares
 * again: a few small forward passes when a model starts, instead of training against a policy that never changes.
 */
import { EngineError, type Adapter } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import { adaptedMatrices, type LoraSink } from './lora-sink.ts'

export class SelfCheckError extends EngineError {
  override readonly name = 'SelfCheckError'
  constructor(readonly problem: string) {
    super(
      `WebLLM does not do what this app needs of it: ${problem}. Choose another engine in the settings, and report this.`,
    )
  }
}

/** Starts over with these tokens; gives the logits after them. */
type LogitsAfter = (ids: readonly number[]) => Promise<Float32Array>

const probe = [0, 1]

export async function checkLogits({
  vocabularySize,
  logitsAfter,
}: {
  readonly vocabularySize: number
  readonly logitsAfter: LogitsAfter
}): Promise<void> {
  const logits = await logitsAfter(probe)
  if (logits.length !== vocabularySize || logits.some((logit) => !Number.isFinite(logit)))
    throw new SelfCheckError(`it gives no logits for the ${vocabularySize} tokens of the vocabulary`)
}

/** Leaves the base model behind. */
export async function checkAdapters({
  source,
  sink,
  logitsAfter,
}: {
  readonly source: Pick<ModelSource, 'id' | 'config'>
  readonly sink: LoraSink
  readonly logitsAfter: LogitsAfter
}): Promise<void> {
  const base = await logitsAfter(probe)
  sink.apply(smallAdapter(source))
  const adapted = await logitsAfter(probe)
  sink.remove()
  const again = await logitsAfter(probe)
  if (adapted.every((logit, i) => logit === base[i]))
    throw new SelfCheckError('a written adapter changes nothing')
  if (again.some((logit, i) => logit !== base[i]))
    throw new SelfCheckError('without its adapter the model is not the base model again')
}

/** Of rank 1, on the last matrix. */
function smallAdapter({ id, config }: Pick<ModelSource, 'id' | 'config'>): Adapter {
  const last = adaptedMatrices(config).at(-1)
  const member = last?.members[0]
  if (last === undefined || member === undefined) throw new SelfCheckError('the model has no layers')
  const { inputs } = last
  const { path, outputs } = member
  const a = Float32Array.from({ length: inputs }, (_, i) => (i + 1) / inputs)
  const b = Float32Array.from({ length: outputs }, (_, i) => i / outputs)
  const module = { inFeatures: inputs, outFeatures: outputs, a, b }
  return { r: 1, alpha: 1, baseModel: id, modules: new Map([[path, module]]) }
}
