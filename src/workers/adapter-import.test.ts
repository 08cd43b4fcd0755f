/** An adapter from elsewhere is stored as a run before its first step, or refused with what was wrong and nothing stored. */
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { filesPath, MLC_CONFIG } from '../common/mlc-layout.ts'
import { writePeftAdapter } from '../engine/adapter/peft.ts'
import type { Adapter, AdapterModule } from '../engine/engine.ts'
import { smallConfigJson } from '../engine/weights/small-model.fixture.ts'
import { readSession } from '../mlpo/session-file.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import { MemoryBrowser } from '../storage/memory-browser.testing.ts'
import { readRunNotes } from '../storage/run-notes.ts'
import { importAdapter } from './adapter-import.ts'
import { fakeLabConfig } from './fake-lab.testing.ts'

const modelBase = 'https://lab.test/models/'
const config = fakeLabConfig({ leader: 'small', sft: 'splice' })

function browserWith(leader = 'small') {
  const browser = new MemoryBrowser()
  const { model_type, ...rest } = smallConfigJson
  const json = { model_type, model_config: rest, context_window_size: 128, conv_template: null }
  const bytes = new TextEncoder().encode(JSON.stringify(json))
  browser.server.files.set(`${modelBase}${leader}/${filesPath}${MLC_CONFIG}`, bytes)
  return browser
}

const query = (layer: number) => `model.layers.${layer}.self_attn.q_proj`
const module = (inFeatures = 32): AdapterModule => ({
  ...{ inFeatures, outFeatures: 32 },
  a: new Float32Array(2 * inFeatures).fill(0.5),
  b: new Float32Array(64).fill(-1),
})
const adapter = (given: Partial<Adapter> = {}): Adapter => ({
  ...{ r: 2, alpha: 4, baseModel: 'owner/Small' },
  modules: new Map([
    [query(0), module()],
    [query(1), module()],
  ]),
  ...given,
})

const filesOf = (given: Adapter) => writePeftAdapter(given).map(({ name, bytes }) => new File([bytes], name))
function zipOf(given: Adapter, folder = ''): File {
  const entries = writePeftAdapter(given).map(({ name, bytes }) => [`${folder}${name}`, bytes] as const)
  return new File([new Uint8Array(zipSync(Object.fromEntries(entries)))], 'adapter.zip')
}
const imported = (browser: MemoryBrowser, files: readonly File[], settings = config) =>
  importAdapter(browser.root, { files, config: settings }, { browser, modelBase })

describe('an adapter that fits', () => {
  it.each([
    ['two files', filesOf(adapter()), 'adapter_model.safetensors'],
    ['its zip', [zipOf(adapter())], 'adapter.zip'],
    ['a zip with a folder, as of an exported run', [zipOf(adapter(), 'adapter/')], 'adapter.zip'],
  ])('comes as %s, and is stored as a run that has not begun', async (_what, files, name) => {
    const browser = browserWith()
    const saved = await imported(browser, files)
    expect(saved).toMatchObject({ step: 0, steps: [], adapter: name })
    const state = await openCheckpoints(browser.root, saved.runId).newest(readSession)
    const expected = { lora_r: 2, lora_alpha: 4, lora_target_modules: ['q_proj'], sft: 'off' }
    expect(state?.config).toEqual({ ...config, ...expected })
    expect(state?.trainer.updates).toBe(0)
    expect(state?.trainer.adapter).toEqual(adapter({ baseModel: 'small' }))
    expect(state?.trainer.start).toEqual(state?.trainer.adapter)
    expect(await readRunNotes(browser.root, saved.runId)).toMatchObject({ adapter: name })
  })

  it('goes on with the dropout that it was trained with', async () => {
    const browser = browserWith()
    const given = adapter({ baseModel: 'small', dropout: 0.1 })
    const { runId } = await imported(browser, filesOf(given))
    const state = await openCheckpoints(browser.root, runId).newest(readSession)
    expect(state?.config.lora_dropout).toBe(0.1)
    expect(state?.trainer.adapter).toEqual(given)
  })
})

const [configFile, weights] = filesOf(adapter())
if (configFile === undefined || weights === undefined) throw new Error('an adapter has two files')
const changed = async (change: object) =>
  new File(
    [JSON.stringify({ ...(JSON.parse(await configFile.text()) as object), ...change })],
    'adapter_config.json',
  )

describe('an adapter that does not fit is refused, and nothing is stored:', () => {
  const cases: readonly (readonly [string, () => Promise<readonly File[]> | readonly File[], RegExp])[] = [
    [
      'of another model',
      () => filesOf(adapter({ baseModel: 'other' })),
      /base_model_name_or_path should be small but is other/,
    ],
    [
      'of another shape',
      () => filesOf(adapter({ modules: new Map([[query(0), module(16)]]) })),
      /q_proj should be \[32, 32\] but is \[32, 16\]/,
    ],
    [
      'of other targets',
      () => filesOf(adapter({ modules: new Map([['model.embed_tokens', module()]]) })),
      /model\.embed_tokens should be a projection/,
    ],
    [
      'of some layers only',
      () => filesOf(adapter({ modules: new Map([[query(1), module()]]) })),
      /has nothing for model\.layers\.0\.self_attn\.q_proj/,
    ],
    [
      'cut short',
      () => [configFile, new File([weights.slice(0, weights.size - 9)], weights.name)],
      /cut short/,
    ],
    ['no safetensors', () => [configFile, new File(['{}'], weights.name)], /adapter_model\.safetensors/],
    ['of a kind we do not have', async () => [await changed({ use_dora: true }), weights], /use_dora/],
    [
      'too wide',
      () =>
        [configFile, weights].map((file) =>
          Object.defineProperty(new File([file], file.name), 'size', { value: 2e9 }),
        ),
      /2\.0 GB/,
    ],
    ['alone', () => [weights], /no adapter_config\.json/],
    ['a pickle', () => [configFile, new File([''], 'adapter_model.bin')], /pickle/],
    ['a broken zip', () => [new File(['PK'], 'adapter.zip')], /no whole zip/],
    [
      'a zip of something else',
      () => [new File([new Uint8Array(zipSync({ 'a.txt': new Uint8Array(3) }))], 'x.zip')],
      /no adapter_config\.json in it/,
    ],
  ]
  it.each(cases)('%s', async (_what, files, message) => {
    const browser = browserWith()
    await expect(imported(browser, await files())).rejects.toThrow(message)
    expect(browser.root.folders.size).toBe(0)
  })

  it('for a leader that is not here yet', async () => {
    const browser = browserWith()
    const settings = fakeLabConfig({ leader: 'someone/small' })
    await expect(imported(browser, filesOf(adapter()), settings)).rejects.toThrow(/not in this browser yet/)
    expect(browser.root.folders.size).toBe(0)
  })
})
