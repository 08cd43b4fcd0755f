/**
 * The samples of an evaluation (MLPO §5): each is made once, however many rows need it, and counted when it is made.
 * A sample depends on (seed, id, index) alone, so that it is the same whichever row asks for it first.
 */
import type { Engine, SampleId, TokenIds } from '../engine/engine.ts'
import { costOf, sumCosts, type Cost } from './evaluation/cost.ts'
import type { Progress } from './stages.ts'

/** Work that can be watched, and ended between batches. */
export type Working<Result> = AsyncGenerator<Progress, Result, void>

/** The result of work, its progress told as it goes. */
export async function finished<Result, Step = Progress>(
  work: AsyncGenerator<Step, Result, void>,
  onProgress?: (step: Step) => void,
): Promise<Result> {
  for (;;) {
    const { done, value } = await work.next()
    if (done) return value
    onProgress?.(value)
  }
}

export interface Ask {
  readonly id: SampleId
  readonly prompt: TokenIds
  readonly count: number
  /** Index of the first sample; 0 if left out. */
  readonly first?: number
  /** Same key, same samples: they are kept. null = a text of its own; greedily the same prompt has the same text. */
  readonly key: string | null
}

export interface Written {
  readonly text: string
  readonly cost: Cost
}

export interface TakeOptions {
  /** Whose words they are: the same name, the same weights. */
  readonly speaker: string
  readonly maxTokens: number
  readonly temperature: number
  readonly label: string
  readonly signal?: AbortSignal
}

export interface SamplePool {
  /** [ask][sample]: at least `count` of each, all that there are of kept ones. */
  take(engine: Engine, asks: readonly Ask[], options: TakeOptions): Working<Written[][]>
  /** Everything that was sampled so far. */
  made(): Cost
  /** Samples made, and greedy ones that did not have to be made again: most teams settle after a round or two. */
  answered(): number
}

/** Rows of a batch. */
const batchRows = 32

interface Missing {
  readonly ask: Ask
  readonly samples: Written[]
}

export function createSamplePool({
  seed,
  now,
}: {
  readonly seed: number
  /** Milliseconds, from any origin. */
  readonly now: () => number
}): SamplePool {
  const kept = new Map<string, Written[]>()
  let made = sumCosts([])
  let repeated = 0
  return {
    made: () => made,
    answered: () => made.generations + repeated,
    async *take(engine, asks, { label, speaker, ...options }) {
      const all = asks.map((ask): Missing => {
        const key = ask.key ?? (options.temperature === 0 ? `${speaker}/${ask.prompt.join(' ')}` : null)
        const samples = key === null ? [] : (kept.get(key) ?? [])
        if (key !== null) kept.set(key, samples)
        return { ask, samples }
      })
      const missing = distinct(all.filter(({ ask, samples }) => samples.length < ask.count))
      for (const one of all) if (one.ask.key === null && !missing.has(one)) repeated += one.ask.count
      const unit = 'questions'
      if (missing.size === 0) yield { what: 'evaluate', label, done: all.length, total: all.length, unit }
      let done = 0
      for (const batch of batches(missing)) {
        options.signal?.throwIfAborted()
        const started = now()
        const completions = await engine.sample(
          batch.map(({ ask, samples }) => ({
            id: ask.id,
            prompt: ask.prompt,
            count: ask.count - samples.length,
            firstIndex: (ask.first ?? 0) + samples.length,
          })),
          { seed, ...options },
        )
        const rows = completions.reduce((sum, { length }) => sum + length, 0)
        const milliseconds = (now() - started) / rows
        for (const [b, { ask, samples }] of batch.entries())
          for (const { ids } of completions[b] ?? []) {
            const cost = costOf({
              promptTokens: ask.prompt.length,
              generatedTokens: ids.length,
              milliseconds,
            })
            made = sumCosts([made, cost])
            samples.push({ text: engine.decode(ids), cost })
          }
        done += batch.length
        yield { what: 'evaluate', label, done, total: missing.size, unit }
      }
      return all.map(({ samples }) => samples)
    },
  }
}

/** The first of those that wait for the same samples. */
function distinct(missing: readonly Missing[]): ReadonlySet<Missing> {
  const bySamples = new Map<readonly Written[], Missing>()
  for (const one of missing) if (!bySamples.has(one.samples)) bySamples.set(one.samples, one)
  return new Set(bySamples.values())
}

function* batches(missing: Iterable<Missing>): Generator<Missing[]> {
  let batch: Missing[] = []
  let rows = 0
  for (const one of missing) {
    batch.push(one)
    rows += one.ask.count - one.samples.length
    if (rows < batchRows) continue
    yield batch
    batch = []
    rows = 0
  }
  if (batch.length > 0) yield batch
}
