import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Adapter } from '../../engine/engine.ts'
import { freshAdapter } from '../trainer/lora-init.ts'
import type { TrainerState } from '../trainer/trainer.ts'
import { packState, PackedStateError, unpackState } from './packed-state.ts'

const modules = [
  { path: 'model.layers.0.self_attn.q_proj', inFeatures: 40, outFeatures: 9 },
  { path: 'model.layers.0.mlp.down_proj', inFeatures: 7, outFeatures: 30 },
]
const fresh = (seed = 1) => freshAdapter(modules, { r: 2, alpha: 4, baseModel: 'nano', seed })

/** A state some updates after the start, with changes and moments drawn from the numbers. */
function stateAfter(draw: () => number): TrainerState {
  const start = fresh()
  const moved = (values: Float32Array) => values.map((value) => value + draw() / 50)
  const moments = [...start.modules].map(([path, { a, b }]) => {
    // Gradients of real runs lie between 1e-7 and 1e-4, far from where float32 ends.
    const square = () => (1e-7 + Math.abs(draw()) * 1e-4) ** 2
    const second = { a: a.map(square), b: b.map(square) }
    // As AdamW's are: never far above the root of the second moment.
    const first = {
      a: second.a.map((v) => draw() * Math.sqrt(v)),
      b: second.b.map((v) => draw() * Math.sqrt(v)),
    }
    return [path, { first, second }] as const
  })
  const adapted = [...start.modules].map(
    ([path, module]) => [path, { ...module, a: moved(module.a), b: moved(module.b) }] as const,
  )
  const adapter: Adapter = { ...start, modules: new Map(adapted) }
  return { updates: 20, adapter, start, moments: new Map(moments) }
}

const drawn = fc
  .infiniteStream(fc.double({ min: -1, max: 1, noNaN: true }))
  .map((stream) => stateAfter(() => Number(stream.next().value)))

const values = (arrays: { readonly a: Float32Array; readonly b: Float32Array }) => [...arrays.a, ...arrays.b]
const largest = (all: readonly number[]) => Math.max(...all.map(Math.abs))

describe('a packed state', () => {
  it('keeps every weight to a part in 250 of the largest change since the start', () => {
    fc.assert(
      fc.property(drawn, (state) => {
        const unpacked = unpackState(packState(state), { start: fresh() })
        for (const [path, module] of state.adapter.modules) {
          const first = values(state.start.modules.get(path) ?? module)
          const change = largest(values(module).map((value, i) => value - (first[i] ?? 0)))
          const error = values(unpacked.adapter.modules.get(path) ?? module).map(
            (value, i) => value - (values(module)[i] ?? 0),
          )
          expect(largest(error)).toBeLessThanOrEqual(change / 250 + 1e-7)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('keeps the direction that AdamW goes by, first moment over root of second, to a part in 100', () => {
    fc.assert(
      fc.property(drawn, (state) => {
        const unpacked = unpackState(packState(state), { start: fresh() })
        for (const [path, { first, second }] of state.moments) {
          const got = unpacked.moments.get(path)
          if (got === undefined) throw new Error(path)
          const ratio = (m: readonly number[], v: readonly number[]) =>
            m.map((value, i) => value / (Math.sqrt(v[i] ?? 0) || 1))
          const wanted = ratio(values(first), values(second))
          const found = ratio(values(got.first), values(got.second))
          expect(largest(found.map((value, i) => value - (wanted[i] ?? 0)))).toBeLessThan(0.01)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('takes less than 3.5 bytes a weight, with its count of updates', () => {
    const many = [{ path: 'q', inFeatures: 512, outFeatures: 512 }]
    const start = freshAdapter(many, { r: 8, alpha: 16, baseModel: 'nano', seed: 1 })
    const zeros = { a: new Float32Array(4096), b: new Float32Array(4096) }
    const moments = new Map([['q', { first: zeros, second: zeros }]])
    const bytes = packState({ updates: 7, adapter: start, start, moments })
    expect(bytes.length / 8192).toBeLessThan(3.5)
    expect(unpackState(bytes, { start })).toEqual({ updates: 7, adapter: start, start, moments })
  })
})

describe('what is no packed state of this start is refused', () => {
  const bytes = packState(stateAfter(() => 0.5))
  const changed = (at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
  it.each([
    ['another kind of file', new Uint8Array(40), 'a recorded state'],
    ['nothing', new Uint8Array(), 'a recorded state'],
    ['another version', changed(4), 'version'],
    ['cut short', bytes.slice(0, -1), 'bytes'],
    ['one bit wrong', changed(100), 'checksum'],
  ])('%s', (_what, given, message) => {
    const unpack = () => unpackState(given, { start: fresh() })
    expect(unpack).toThrow(PackedStateError)
    expect(unpack).toThrow(message)
  })

  it('the state of a run with another seed', () => {
    expect(() => unpackState(bytes, { start: fresh(2) })).toThrow('the start of its own run')
  })
})
