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
  /** Same key, same samples: they are kept. null = nobody will ask again. */
  readonly key: string | null
}

export interface Written {
  readonly text: string
  readonly cost: Cost
}

export interface TakeOptions {
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
  return {
    made: () => made,
    async *take(engine, asks, { label, ...options }) {
      const all = asks.map((ask): Missing => {
        const samples = ask.key === null ? [] : (kept.get(ask.key) ?? [])
        if (ask.key !== null) kept.set(ask.key, samples)
        return { ask, samples }
      })
      const missing = all.filter(({ ask, samples }) => samples.length < ask.count)
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
        yield { what: 'evaluate', label, done, total: missing.length, unit: 'questions' }
      }
      return all.map(({ samples }) => samples)
    },
  }
}

function* batches(missing: readonly Missing[]): Generator<Missing[]> {
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
