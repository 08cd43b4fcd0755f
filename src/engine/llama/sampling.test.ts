/** The sampler's definition, law by law. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawToken } from './sampling.ts'

const logitRow = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 40 })
  .map((values) => Float32Array.from(values))
const uniform = fc.integer({ min: 0, max: 2 ** 24 - 1 }).map((bits) => bits / 2 ** 24)

function probabilities(logits: Float32Array, temperature: number): number[] {
  const highest = Math.max(...logits)
  const exps = Array.from(logits, (logit) => Math.exp((logit - highest) / temperature))
  const total = exps.reduce((sum, e) => sum + e, 0)
  return exps.map((e) => e / total)
}

/** Every id that some uniform draws. */
function support(logits: Float32Array, options: Parameters<typeof drawToken>[1]): Set<number> {
  return new Set(Array.from({ length: 4000 }, (_, i) => drawToken(logits, options, i / 4000).id))
}

describe('drawing a token', () => {
  it('inverts the CDF in token-id order', () => {
    const logits = Float32Array.from([0.5, 0.25, 0.125, 0.125], Math.log)
    const drawn = [0, 0.499, 0.501, 0.749, 0.751, 0.874, 0.876, 0.999].map(
      (u) => drawToken(logits, { temperature: 1 }, u).id,
    )
    expect(drawn).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  })

  it('never draws a token without probability, even at the ends', () => {
    const logits = Float32Array.from([-200, 0, -200, 0, -200])
    for (const u of [0, 0.25, 0.5, 1 - 2 ** -24])
      expect([1, 3]).toContain(drawToken(logits, { temperature: 1 }, u).id)
  })

  it('reports the tempered full distribution, whatever the filters', () => {
    fc.assert(
      fc.property(
        logitRow,
        uniform,
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.nat(5),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (logits, u, temperature, topK, topP, minP) => {
          const { id, logprob } = drawToken(logits, { temperature, topK, topP, minP }, u)
          expect(Math.exp(logprob)).toBeCloseTo(probabilities(logits, temperature)[id] ?? NaN, 6)
        },
      ),
    )
  })

  it('draws each token with its probability', () => {
    const logits = Float32Array.from([1, 0, 2, -1])
    const expected = probabilities(logits, 0.7)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 20_000; i++) {
      const { id } = drawToken(logits, { temperature: 0.7 }, (i + 0.5) / 20_000)
      counts[id] = (counts[id] ?? 0) + 1 / 20_000
    }
    for (const [id, share] of counts.entries()) expect(share).toBeCloseTo(expected[id] ?? NaN, 3)
  })

  it('keeps the k most probable, ties to the lower id', () => {
    const logits = Float32Array.from([0, 2, 1, 2, 1])
    expect(support(logits, { temperature: 1, topK: 2 })).toEqual(new Set([1, 3]))
    expect(support(logits, { temperature: 1, topK: 3 })).toEqual(new Set([1, 2, 3]))
    expect(support(logits, { temperature: 1, topK: 0 }).size).toBe(5)
  })

  it('keeps the smallest set of the most probable that reaches top-p', () => {
    const logits = Float32Array.from([0.1, 0.4, 0.2, 0.3], Math.log)
    expect(support(logits, { temperature: 1, topP: 0.35 })).toEqual(new Set([1]))
    expect(support(logits, { temperature: 1, topP: 0.65 })).toEqual(new Set([1, 3]))
    expect(support(logits, { temperature: 1, topP: 0.75 })).toEqual(new Set([1, 2, 3]))
  })

  it('applies top-p to what top-k left, and min-p to the best of it', () => {
    const logits = Float32Array.from([0.1, 0.4, 0.2, 0.3], Math.log)
    // Of 0.4 and 0.3 the first has 4/7 of the mass.
    expect(support(logits, { temperature: 1, topK: 2, topP: 0.55 })).toEqual(new Set([1]))
    expect(support(logits, { temperature: 1, minP: 0.6 })).toEqual(new Set([1, 3]))
    expect(support(logits, { temperature: 1, minP: 1 })).toEqual(new Set([1]))
  })

  it('is greedy at temperature 0: the first of the largest, with its log-probability at temperature 1', () => {
    fc.assert(
      fc.property(logitRow, uniform, (logits, u) => {
        const { id, logprob } = drawToken(logits, { temperature: 0, topK: 3 }, u)
        expect(id).toBe(logits.indexOf(Math.max(...logits)))
        expect(Math.exp(logprob)).toBeCloseTo(probabilities(logits, 1)[id] ?? NaN, 6)
      }),
    )
  })
})
