import { modelVersion, prebuiltAppConfig } from '@mlc-ai/web-llm'
import { describe, expect, it } from 'vitest'
import { catalog, catalogEntry, locateModel, modelName, ModelNameError } from './catalog.ts'

const limit = 1.75e9

/** As its name has it; null where it does not say. */
function parametersOf(id: string): number | null {
  const [, size, unit] = /[-_](\d+(?:[._]\d+)?)([bm])(?=[-_])/i.exec(id) ?? []
  if (size === undefined || unit === undefined) return null
  return Number(size.replace('_', '.')) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6)
}

/** Chat models only; the versions with a shorter context have the same weights. */
const prebuilt = prebuiltAppConfig.model_list.filter(
  ({ model_id, model_type }) => model_type === undefined && !model_id.endsWith('-1k'),
)
const small = prebuilt.filter(({ model_id }) => (parametersOf(model_id) ?? Infinity) <= limit)

describe('the catalogue', () => {
  it('has every model of WebLLM up to 1.75 billion parameters whose name tells its size', () => {
    expect(small.length).toBeGreaterThan(40)
    expect(small.map(({ model_id }) => model_id).filter((id) => catalogEntry(id) === undefined)).toEqual([])
  })

  it.each(catalog.map((entry) => [entry.id, entry] as const))('agrees with WebLLM on %s', (id, entry) => {
    const record = prebuilt.find(({ model_id }) => model_id === id)
    expect(record?.model_lib).toBe(entry.library)
    expect(record?.vram_required_MB).toBe(entry.memoryBytes / 2 ** 20)
    expect(record?.overrides?.context_window_size).toBe(entry.contextLength)
    expect(`${record?.model}/`).toBe(locateModel(id, 'https://lab.test/models/').folder)
    const named = parametersOf(id)
    if (named !== null) expect(Math.abs(entry.parameters / named - 1)).toBeLessThan(0.5)
  })

  it('names the libraries of the version that is installed', () => {
    expect(catalog[0]?.library).toContain(`/${modelVersion}/`)
  })
})

describe('a model’s place', () => {
  const at = (model: string) => locateModel(model, 'https://lab.test/models/')

  it('is the page’s folder for a plain name', () => {
    expect(at('nano-leader')).toEqual({
      folder: 'https://lab.test/models/nano-leader/',
      kind: 'page',
      entry: null,
    })
  })

  it('is the hub for a name of the catalogue, with its owner or without', () => {
    const id = 'SmolLM2-135M-Instruct-q0f32-MLC'
    expect(at(id)).toEqual({
      folder: `https://huggingface.co/mlc-ai/${id}/`,
      kind: 'web',
      entry: catalogEntry(id),
    })
    expect(at(`mlc-ai/${id}`)).toEqual(at(id))
    expect(at('someone/their-model-MLC')).toEqual({
      folder: 'https://huggingface.co/someone/their-model-MLC/',
      kind: 'web',
      entry: null,
    })
  })

  it('is the folder that an address names, however it is written', () => {
    const folder = 'https://example.org/models/mine/'
    for (const written of ['', '/', '/resolve/main', '/resolve/main/'])
      expect(at(`https://example.org/models/mine${written}`)).toEqual({ folder, kind: 'web', entry: null })
  })

  it.each([
    'nano-leader',
    'SmolLM2-135M-Instruct-q0f32-MLC',
    'mlc-ai/a-model-of-tomorrow-MLC',
    'someone/their-model-MLC',
    'https://example.org/models/mine/',
    'https://huggingface.co/a/b/c/',
  ])('has the name %s again', (model) => {
    expect(modelName(at(model).folder, 'https://lab.test/models/')).toBe(model)
  })

  it.each(['file:///home/me/model', 'javascript:alert(1)', 'https://', 'a/b/c', '../secret', 'a b', ''])(
    'refuses %j and says what a name may be',
    (model) => {
      expect(() => at(model)).toThrow(ModelNameError)
      expect(() => at(model)).toThrow('hub name such as')
    },
  )

  it('refuses an address with a query, which no file name can follow', () => {
    expect(() => at('https://example.org/m?token=1')).toThrow('no “?”')
  })
})
