import { describe, expect, test } from 'vitest'
import { freshAdapter } from './lora-init.ts'

const modules = ['q_proj', 'v_proj'].map((name) => ({
  path: `layer.${name}`,
  inFeatures: 64,
  outFeatures: 32,
}))
const settings = { r: 8, alpha: 16, baseModel: 'm', seed: 1 }

describe('a fresh adapter', () => {
  test('does nothing yet: B is zero, A is not', () => {
    for (const { a, b } of freshAdapter(modules, settings).modules.values()) {
      expect(b.every((value) => value === 0)).toBe(true)
      expect([a.length, b.length]).toEqual([8 * 64, 32 * 8])
      expect(a.some((value) => value !== 0)).toBe(true)
    }
  })

  test('A is uniform within ±1/√inFeatures', () => {
    const values = [...freshAdapter(modules, settings).modules.values()].flatMap(({ a }) => [...a])
    const bound = 1 / 8
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound)
    expect(values.reduce((sum, value) => sum + value * value, 0) / values.length).toBeCloseTo(
      bound ** 2 / 3,
      3,
    )
  })

  test('a matrix depends on the seed and its own name alone', () => {
    const [first] = modules
    const alone = freshAdapter(first === undefined ? [] : [first], settings)
    const both = freshAdapter(modules, settings)
    expect(alone.modules.get('layer.q_proj')).toEqual(both.modules.get('layer.q_proj'))
    expect(both.modules.get('layer.v_proj')?.a).not.toEqual(both.modules.get('layer.q_proj')?.a)
    expect(freshAdapter(modules, { ...settings, seed: 2 })).not.toEqual(both)
  })
})
