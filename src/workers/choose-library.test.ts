/** Whose library runs a model: ours where it can, WebLLM's for the others and where the address asks for it. */
import { describe, expect, it } from 'vitest'
import { catalog, catalogEntry, type CatalogModel } from '../engine/catalog.ts'
import {
  CannotLeadError,
  chooseLibrary,
  OnlyUnderWebLlmError,
  ShaderF16Error,
  type LibraryWish,
} from './choose-library.ts'

const peer: LibraryWish = { engine: 'webllm', role: 'peer', library: null, shaderF16: true }
const leader: LibraryWish = { ...peer, role: 'leader' }

function entry(id: string): CatalogModel {
  const found = catalogEntry(id)
  if (found === undefined) throw new Error(`${id} is not in the catalogue`)
  return found
}
const smol = entry('SmolLM2-360M-Instruct-q0f32-MLC')
const smolQuantised = entry('SmolLM2-360M-Instruct-q4f32_1-MLC')
const gemma = entry('gemma3-1b-it-q4f16_1-MLC')
const olmo = entry('OLMo-2-0425-1B-Instruct-q4f16_1-MLC')

describe('the library', () => {
  it('is ours for every architecture that we know, and for the page’s own models', () => {
    for (const model of [null, ...catalog.filter(({ architecture }) => architecture !== null)])
      for (const wish of [peer, leader, { ...peer, library: 'own', shaderF16: false } as const])
        expect(chooseLibrary(model, wish)).toEqual({ name: 'own' })
  })

  it('is WebLLM’s for a peer of any other architecture, whatever the address says', () => {
    for (const model of catalog.filter(({ architecture }) => architecture === null))
      for (const library of [null, 'own', 'prebuilt'] as const)
        expect(chooseLibrary(model, { ...peer, library })).toEqual({ name: 'prebuilt', url: model.library })
  })

  it('is WebLLM’s where the address asks for it, if there is one', () => {
    const asked = { ...peer, library: 'prebuilt' } as const
    for (const model of catalog)
      expect(chooseLibrary(model, asked)).toEqual({ name: 'prebuilt', url: model.library })
    expect(chooseLibrary(null, asked)).toEqual({ name: 'own' })
  })

  it('is WebLLM’s for a leader only with weights that an adapter can be merged into', () => {
    const asked = { ...leader, library: 'prebuilt' } as const
    expect(chooseLibrary(smol, asked)?.name).toBe('prebuilt')
    expect(chooseLibrary(smolQuantised, asked)?.name).toBe('own')
  })

  it('is none under TensorFlow.js', () => {
    expect(chooseLibrary(smol, { ...peer, engine: 'tfjs', library: 'prebuilt' })).toBeNull()
  })
})

describe('what cannot run is refused before anything is fetched', () => {
  it('a leader that the trainer does not know', () => {
    for (const engine of ['webllm', 'tfjs'] as const) {
      const choose = () => chooseLibrary(gemma, { ...leader, engine })
      expect(choose).toThrow(CannotLeadError)
      expect(choose).toThrow('Llama, Qwen2 and Qwen3 only. Choose another leader')
    }
  })

  it('such a peer under TensorFlow.js', () => {
    const choose = () => chooseLibrary(gemma, { ...peer, engine: 'tfjs' })
    expect(choose).toThrow(OnlyUnderWebLlmError)
    expect(choose).toThrow('Choose another peer')
  })

  it('16 bits on a device without them, with the 32-bit version’s name where there is one', () => {
    const poor = { ...peer, shaderF16: false }
    expect(() => chooseLibrary(olmo, poor)).toThrow(ShaderF16Error)
    expect(() => chooseLibrary(olmo, poor)).toThrow('Choose OLMo-2-0425-1B-Instruct-q4f32_1-MLC.')
    expect(() => chooseLibrary(gemma, poor)).toThrow('Choose another model: of this one there is no 32-bit')
    const half = entry('SmolLM2-135M-Instruct-q0f16-MLC')
    expect(() => chooseLibrary(half, { ...poor, library: 'prebuilt' })).toThrow(
      'Choose SmolLM2-135M-Instruct-q0f32-MLC.',
    )
    // Ours stores 16 bits and computes in 32.
    expect(chooseLibrary(half, poor)).toEqual({ name: 'own' })
  })
})
