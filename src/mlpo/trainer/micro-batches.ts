/**
 * Cuts a batch into passes of at most `size` completions, in order. A group that is cut keeps its prompt in each part.
 */
import type { Row, TrainingGroup } from './trainer.ts'

export interface MicroBatch {
  readonly groups: readonly TrainingGroup[]
  /** Where each completion of `groups`, in order, stands in the whole batch. */
  readonly rows: readonly Row[]
}

export function microBatches(groups: readonly TrainingGroup[], size: number): MicroBatch[] {
  const rows: Row[] = groups.flatMap(({ completions }, group) =>
    completions.map((_, completion) => ({ group, completion })),
  )
  const passes = Array.from({ length: Math.ceil(rows.length / size) }, (_, pass) =>
    rows.slice(pass * size, (pass + 1) * size),
  )
  return passes.map((pass) => ({
    rows: pass,
    groups: groups.flatMap(({ prompt, completions }, group) => {
      const own = completions.filter((_, c) =>
        pass.some((row) => row.group === group && row.completion === c),
      )
      return own.length === 0 ? [] : [{ prompt, completions: own }]
    }),
  }))
}
