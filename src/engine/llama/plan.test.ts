/** Plans cover every completion once and stay below the limit that they were given. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TokenGroup } from './layout.ts'
import { planTraining, trainingBytes } from './plan.ts'
import { nanoConfig } from './testing.ts'

const tokens = (count: number): number[] => new Array<number>(count).fill(1)
const groupOf = (prompt: number, completions: readonly number[]): TokenGroup => ({
  prompt: tokens(prompt),
  completions: completions.map(tokens),
})
const anyGroups = fc.array(
  fc
    .tuple(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 9 }),
    )
    .map(([prompt, completions]) => groupOf(prompt, completions)),
  { minLength: 1, maxLength: 6 },
)

describe('a training plan', () => {
  it('covers every completion once, in order, below the limit unless it says otherwise', () => {
    fc.assert(
      fc.property(anyGroups, fc.integer({ min: 33, max: 200 }), (groups, megabytes) => {
        const limitBytes = megabytes * 1e6
        const plan = planTraining(nanoConfig, groups, { limitBytes })
        const covered = plan.microBatches
          .flat()
          .flatMap(({ index, first, group }) => group.completions.map((_, c) => `${index}/${first + c}`))
        expect(covered).toEqual(
          groups.flatMap(({ completions }, g) => completions.map((_, c) => `${g}/${c}`)),
        )
        expect(plan.exceedsLimit).toBe(plan.peakBytes > limitBytes)
        for (const batch of plan.microBatches) {
          const bytes = trainingBytes(
            nanoConfig,
            batch.map(({ group }) => group),
            plan.activations,
          )
          if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(limitBytes)
        }
      }),
    )
  })

  it('keeps activations while they fit, and recomputes them before it cuts a group', () => {
    const groups = Array.from({ length: 8 }, () => groupOf(150, new Array<number>(8).fill(48)))
    const roomy = planTraining(nanoConfig, groups, { limitBytes: 2e9 })
    expect(roomy.activations).toBe('keep')
    expect(roomy.microBatches).toHaveLength(1)
    const one = trainingBytes(nanoConfig, groups.slice(0, 1), 'recompute')
    const tight = planTraining(nanoConfig, groups, { limitBytes: one })
    expect(tight.activations).toBe('recompute')
    expect(tight.microBatches).toHaveLength(8)
  })
})
