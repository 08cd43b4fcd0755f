/**
 * Owns the adapter's weights and AdamW's moments: takes gradients, gives a new adapter. Every update makes new arrays,
 * so that a state given out stays what it was, and saving a run copies nothing.
 */
import type { Adapter, AdapterModule } from '../../engine/engine.ts'
import type { Config } from '../config/config.ts'
import { adamw, clipFactor, globalNorm, type AdamwSettings } from './adamw.ts'
import { learningRateAt } from './schedule.ts'
import type { Gradients, ModuleArrays, TrainerState, UpdateSettings, UpdateReport } from './trainer.ts'

type Moments = TrainerState['moments']

/** A gradient with a value that is not finite: nothing has been updated. */
export class GradientError extends Error {
  override readonly name = 'GradientError'
  constructor(readonly module: string) {
    super(
      `The gradient of ${module} is not finite, so nothing was updated. Lower learning_rate or max_grad_norm, or go ` +
        `back to an earlier checkpoint.`,
    )
  }
}

/** A saved adapter that is not of the shape that the configuration asks for. */
export class TrainerStateError extends Error {
  override readonly name = 'TrainerStateError'
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(
      `The saved adapter is of another run: expected ${expected}, found ${actual}. Use the run's own settings.`,
    )
  }
}

export class LoraOptimiser {
  readonly #config: Config
  #state: TrainerState

  constructor(config: Config, start: Adapter | TrainerState) {
    this.#config = config
    this.#state = 'updates' in start ? start : freshState(start)
  }

  get state(): TrainerState {
    return this.#state
  }

  get adapter(): Adapter {
    return this.#state.adapter
  }

  /** @throws GradientError */
  update(gradients: Gradients, settings: UpdateSettings = this.#config): UpdateReport {
    const { max_grad_norm, num_iterations } = settings
    const gradNorm = checkedNorm(gradients)
    const learningRate = learningRateAt(Math.floor(this.#state.updates / num_iterations), settings)
    const gradientScale = clipFactor(gradNorm, max_grad_norm)
    const before = this.#state.adapter
    this.#state = updated(this.#state, gradients, this.#settings({ learningRate, gradientScale }))
    return {
      learningRate,
      gradNorm,
      clipped: gradNorm > max_grad_norm,
      updateNorm: globalNorm(changes(before, this.#state.adapter)),
      weightNorm: globalNorm(arraysOf(this.#state.adapter.modules)),
    }
  }

  /** A fresh state with the adapter as it is. */
  restart(): void {
    this.#state = freshState(this.#state.adapter)
  }

  #settings(given: Pick<AdamwSettings, 'learningRate' | 'gradientScale'>): AdamwSettings {
    const { adam_beta1, adam_beta2, adam_epsilon, weight_decay } = this.#config
    return {
      ...given,
      beta1: adam_beta1,
      beta2: adam_beta2,
      epsilon: adam_epsilon,
      weightDecay: weight_decay,
      update: this.#state.updates + 1,
    }
  }
}

function freshState(start: Adapter): TrainerState {
  const zeros = ({ a, b }: ModuleArrays) => ({ a: new Float32Array(a.length), b: new Float32Array(b.length) })
  const moments: Moments = new Map(
    [...start.modules].map(([path, module]) => [path, { first: zeros(module), second: zeros(module) }]),
  )
  return { updates: 0, adapter: start, start, moments }
}

function updated(state: TrainerState, gradients: Gradients, settings: AdamwSettings): TrainerState {
  const modules = new Map<string, AdapterModule>()
  const moments = new Map<string, { first: ModuleArrays; second: ModuleArrays }>()
  for (const [path, module] of state.adapter.modules) {
    const gradient = gradients.get(path)
    const held = state.moments.get(path)
    if (gradient === undefined || held === undefined) throw new RangeError(`${path} has no gradient`)
    const step = (side: 'a' | 'b') =>
      adamw(
        { weights: module[side], first: held.first[side], second: held.second[side] },
        gradient[side],
        settings,
      )
    const a = step('a')
    const b = step('b')
    modules.set(path, { ...module, a: a.weights, b: b.weights })
    moments.set(path, { first: { a: a.first, b: b.first }, second: { a: a.second, b: b.second } })
  }
  return { ...state, updates: state.updates + 1, adapter: { ...state.adapter, modules }, moments }
}

function checkedNorm(gradients: Gradients): number {
  const norm = globalNorm(arraysOf(gradients))
  if (Number.isFinite(norm)) return norm
  const bad = [...gradients].find(([, { a, b }]) => !Number.isFinite(globalNorm([a, b])))
  throw new GradientError(bad?.[0] ?? 'the adapter')
}

function* arraysOf(modules: ReadonlyMap<string, ModuleArrays>): Generator<Float32Array> {
  for (const { a, b } of modules.values()) yield* [a, b]
}

function* changes(before: Adapter, after: Adapter): Generator<Float32Array> {
  const old = arraysOf(before.modules)
  for (const array of arraysOf(after.modules)) {
    const next = old.next()
    yield array.map((weight, i) => weight - (next.done === true ? 0 : (next.value[i] ?? 0)))
  }
}

/** Refuses a saved state whose matrices are not those that the configuration asks for. @throws TrainerStateError */
export function checkState({ adapter }: TrainerState, wanted: Adapter): void {
  const described = ({ r, alpha, baseModel, modules }: Adapter) =>
    `${baseModel} with rank ${r}, alpha ${alpha}, ${modules.size} modules`
  const same =
    adapter.modules.size === wanted.modules.size &&
    [...wanted.modules].every(([path, { inFeatures, outFeatures }]) => {
      const module = adapter.modules.get(path)
      return module?.inFeatures === inFeatures && module.outFeatures === outFeatures
    })
  if (!same || described(adapter) !== described(wanted))
    throw new TrainerStateError(described(wanted), described(adapter))
}
