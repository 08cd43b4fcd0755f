/**
 * A fresh adapter, as PEFT makes it: A Kaiming-uniform with a = √5, which is uniform within ±1/√inFeatures, and B
 * zero, so that the adapted model starts as the base model. Each matrix draws from a stream of its own name.
 */
import type { Adapter, AdapterModule } from '../../engine/engine.ts'
import { stream } from '../random.ts'

/** A projection that gets an adapter. */
export interface AdaptedModule {
  /** PEFT module path. */
  readonly path: string
  readonly inFeatures: number
  readonly outFeatures: number
}

export function freshAdapter(
  modules: readonly AdaptedModule[],
  settings: {
    readonly r: number
    readonly alpha: number
    readonly baseModel: string
    readonly seed: number
    /** Recorded only. */
    readonly dropout?: number
  },
): Adapter {
  const { r, alpha, baseModel, seed, dropout = 0 } = settings
  return {
    r,
    alpha,
    baseModel,
    ...(dropout > 0 && { dropout }),
    modules: new Map(modules.map((module) => [module.path, freshModule(module, { r, seed })])),
  }
}

function freshModule(
  { path, inFeatures, outFeatures }: AdaptedModule,
  { r, seed }: { readonly r: number; readonly seed: number },
): AdapterModule {
  const random = stream(seed, 'lora', path)
  const bound = 1 / Math.sqrt(inFeatures)
  const a = Float32Array.from({ length: r * inFeatures }, () => (2 * random.uniform() - 1) * bound)
  return { inFeatures, outFeatures, a, b: new Float32Array(outFeatures * r) }
}
