import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adamw, clipFactor, globalNorm, type AdamwArrays } from './adamw.ts'

const settings = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-6,
  weightDecay: 0.1,
  update: 1,
  gradientScale: 1,
}
const closeTo = (actual: Float32Array, expected: readonly number[], relative = 2e-6) => {
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(
      relative * Math.abs(value) + 1e-12,
    )
}

describe('AdamW', () => {
  test('gives torch’s weights and moments after three clipped steps (torch 2.15, float32)', () => {
    const gradients = [
      [0.5, -0.25, 1e-4, 0, 3, -2],
      [0.25, 0.25, -1e-4, 0, -3, 1],
      [1, -1, 2e-4, 0, 0.5, 0.5],
    ].map((gradient) => Float32Array.from(gradient))
    let arrays: AdamwArrays = {
      weights: Float32Array.of(0.5, -0.25, 0.125, 2, -1, 0),
      first: new Float32Array(6),
      second: new Float32Array(6),
    }
    const norms = gradients.map((gradient, i) => {
      const norm = globalNorm([gradient])
      arrays = adamw(arrays, gradient, { ...settings, update: i + 1, gradientScale: clipFactor(norm, 1) })
      return norm
    })
    closeTo(Float32Array.from(norms), [3.648629903793335, 3.181980609893799, 1.5811388492584229])
    closeTo(
      arrays.weights,
      [
        0.47115200757980347, -0.2344672977924347, 0.11057791113853455, 1.9940061569213867,
        -1.0064479112625122, 0.010683848522603512,
      ],
    )
    closeTo(
      arrays.first,
      [
        0.08141663670539856, -0.061724476516246796, 1.2040687579428777e-5, 0, 0.01337030902504921,
        0.015506802126765251,
      ],
    )
    closeTo(
      arrays.second,
      [
        0.021140605211257935, 0.020505042746663094, 8.808092033518733e-10, 0, 0.07772921770811081,
        0.023250028491020203,
      ],
    )
  })

  test('the first step moves every weight by the learning rate, against the sign of its gradient', () => {
    const gradients = fc.array(fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(gradients, (values) => {
        const zeros = new Float32Array(values.length)
        const arrays = { weights: zeros, first: zeros, second: zeros }
        const { weights } = adamw(arrays, Float32Array.from(values), { ...settings, weightDecay: 0 })
        for (const weight of weights) expect(weight).toBeCloseTo(-settings.learningRate, 5)
      }),
    )
  })

  test('changes none of the arrays that it is given', () => {
    const arrays = { weights: Float32Array.of(1), first: Float32Array.of(2), second: Float32Array.of(3) }
    adamw(arrays, Float32Array.of(4), settings)
    expect(arrays).toEqual({
      weights: Float32Array.of(1),
      first: Float32Array.of(2),
      second: Float32Array.of(3),
    })
  })
})

describe('clipping', () => {
  test('leaves a short gradient alone and gives a long one the largest norm', () => {
    expect(clipFactor(0.5, 1)).toBe(1)
    expect(clipFactor(0, 1)).toBe(1)
    expect(4 * clipFactor(4, 1)).toBeCloseTo(1, 5)
  })
})
