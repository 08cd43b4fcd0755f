/**
 * How an update is cut so that it fits: what a pass holds in memory, whether layers keep their activations, and which
 * completions go together. Computed before the first step, so that a run can say it will not fit instead of dying.
 */
import type { LlamaConfig } from './config.ts'
import type { TokenGroup } from './layout.ts'

/** Completions `first` to `first + group.completions.length` of group `index`. */
export interface GroupPart {
  readonly index: number
  readonly first: number
  readonly group: TokenGroup
}

export interface TrainPlan {
  readonly activations: 'keep' | 'recompute'
  readonly microBatches: readonly (readonly GroupPart[])[]
  /** Estimated need of the largest micro-batch, without weights. */
  readonly peakBytes: number
  /** Not even one completion at a time stays below the limit. */
  readonly exceedsLimit: boolean
}

/** Logits and their gradient, a block at a time (see `forward.ts`). */
const headBlockBytes = 2 * 4_000_000 * 4
/** Temporary matrices of the layer that runs. */
const workingShare = 1.3

/** Bytes that one forward and backward pass over `groups` holds at its peak. */
export function trainingBytes(
  config: LlamaConfig,
  groups: readonly TokenGroup[],
  activations: TrainPlan['activations'],
): number {
  const { hiddenSize, intermediateSize, headCount, keyValueHeadCount, headSize, layerCount } = config
  const perRow = 5 * hiddenSize + (3 * headCount + 4 * keyValueHeadCount) * headSize + 3 * intermediateSize
  let rows = 0
  let probabilities = 0
  for (const { prompt, completions } of groups) {
    const own = completions.map(({ length }) => Math.max(length - 1, 0))
    const length = own.reduce((sum, tokens) => sum + tokens, prompt.length)
    rows += length
    probabilities += headCount * (length * prompt.length + own.reduce((sum, n) => sum + (n * (n + 1)) / 2, 0))
  }
  const layer = 4 * (rows * perRow + probabilities)
  const inputs = 4 * rows * hiddenSize * layerCount
  const kept = activations === 'keep' ? layer * layerCount : inputs + layer
  return workingShare * layer + kept + headBlockBytes
}

/** Keeps activations where that fits; cuts at groups, and within a group only where one alone is too large. */
export function planTraining(
  config: LlamaConfig,
  groups: readonly TokenGroup[],
  { limitBytes }: { readonly limitBytes: number },
): TrainPlan {
  const whole = groups.map((group, index): GroupPart => ({ index, first: 0, group }))
  const fitsAlone = whole.every(({ group }) => trainingBytes(config, [group], 'keep') <= limitBytes)
  const activations = fitsAlone ? 'keep' : 'recompute'
  const bytes = (parts: readonly GroupPart[]) =>
    trainingBytes(
      config,
      parts.map(({ group }) => group),
      activations,
    )
  const microBatches: GroupPart[][] = []
  let open: GroupPart[] = []
  for (const part of whole.flatMap((group) => splitToFit(group, (one) => bytes([one]) <= limitBytes))) {
    if (open.length > 0 && bytes([...open, part]) > limitBytes) {
      microBatches.push(open)
      open = []
    }
    open.push(part)
  }
  if (open.length > 0) microBatches.push(open)
  const peakBytes = Math.max(0, ...microBatches.map(bytes))
  return { activations, microBatches, peakBytes, exceedsLimit: peakBytes > limitBytes }
}

/** Halves a group's completions until each part fits; its prompt is then computed once per part. */
function splitToFit(part: GroupPart, fits: (part: GroupPart) => boolean): GroupPart[] {
  const { index, first, group } = part
  const { prompt, completions } = group
  if (fits(part) || completions.length <= 1) return [part]
  const half = Math.ceil(completions.length / 2)
  return [
    { index, first, group: { prompt, completions: completions.slice(0, half) } },
    { index, first: first + half, group: { prompt, completions: completions.slice(half) } },
  ].flatMap((smaller) => splitToFit(smaller, fits))
}
