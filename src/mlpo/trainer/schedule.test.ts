import { describe, expect, test } from 'vitest'
import { learningRateAt, type ScheduleSettings } from './schedule.ts'

const rates = (settings: Partial<ScheduleSettings>) =>
  Array.from({ length: 10 }, (_, done) =>
    learningRateAt(done, {
      learning_rate: 1,
      lr_scheduler_type: 'constant',
      warmup_steps: 2,
      max_steps: 10,
      ...settings,
    }),
  )

describe('the learning rate over ten steps with a warm-up of two, as transformers has it', () => {
  test('constant', () => {
    expect(rates({})).toEqual([0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  test('linear', () => {
    const expected = [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]
    expect(rates({ lr_scheduler_type: 'linear' })).toEqual(expected)
  })

  test('cosine', () => {
    const expected = [
      0, 0.5, 1, 0.9619397662556434, 0.8535533905932737, 0.6913417161825449, 0.5, 0.30865828381745514,
      0.14644660940672627, 0.03806023374435663,
    ]
    for (const [i, rate] of rates({ lr_scheduler_type: 'cosine' }).entries())
      expect(rate).toBeCloseTo(expected[i] ?? Number.NaN, 12)
  })

  test('without a warm-up the first step has the full rate', () => {
    for (const lr_scheduler_type of ['constant', 'linear', 'cosine'] as const)
      expect(rates({ lr_scheduler_type, warmup_steps: 0 })[0]).toBe(1)
  })
})
