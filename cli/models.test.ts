/**
 * Models as they lie on disk, through the command line: the golden two-layer model with its PEFT adapter, and what a
 * person sees who points at a broken one. The readers' own tests say more; here it must end in one line.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { PromptTooLongError } from '../src/engine/engine.ts'
import { ContextLengthError } from '../src/engine/context-length.ts'
import { writePeftAdapter } from '../src/engine/adapter/peft.ts'
import { readFixture, readJsonFixture } from '../src/engine/llama/testing.ts'
import {
  smallTokenizer,
  smallTokenizerConfig,
  smallVocabularySize,
} from '../src/engine/tokenizer/small-tokenizer.fixture.ts'
import { ggufBytes, smallGgufTensors, smallGgufValues } from '../src/engine/weights/gguf.fixture.ts'
import { openHuggingFaceFolder } from '../src/engine/weights/hf.ts'
import { writeSafetensors } from '../src/engine/weights/safetensors.ts'
import { smallConfigJson, smallFolder, smallTensors } from '../src/engine/weights/small-model.fixture.ts'
import { writeMlc } from '../src/engine/weights/write-mlc.ts'
import { diskModels } from './models.ts'
import { lab } from './testing.ts'

const root = mkdtempSync(join(tmpdir(), 'lab-models-'))
afterAll(() => rmSync(root, { recursive: true }))
const tinyllama = fileURLToPath(new URL('../src/engine/llama/fixtures/tinyllama', import.meta.url))
const tinyAdapter = join(tinyllama, 'adapter')

type Content = Uint8Array | object | string | null
let folders = 0
/** A folder of these files; null leaves one out. */
function folderOf(files: Readonly<Record<string, Content>>): string {
  const folder = join(root, `model-${(folders += 1)}`)
  mkdirSync(folder)
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue
    const isPlain = content instanceof Uint8Array || typeof content === 'string'
    writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content))
  }
  return folder
}

const weights = writeSafetensors(smallTensors(smallConfigJson))
const huggingFace = (changes: Readonly<Record<string, Content>> = {}) =>
  folderOf({
    'config.json': smallConfigJson,
    'model.safetensors': weights,
    'tokenizer.json': smallTokenizer,
    'tokenizer_config.json': smallTokenizerConfig,
    ...changes,
  })
const mlcFiles = Object.fromEntries(
  (await writeMlc(await openHuggingFaceFolder(smallFolder()))).map(({ name, bytes }) => [name, bytes]),
)
const gguf = (architecture: string) =>
  join(
    folderOf({
      'a.gguf': ggufBytes({
        values: { ...smallGgufValues(), 'general.architecture': architecture },
        tensors: smallGgufTensors(),
      }),
    }),
    'a.gguf',
  )

const score = (model: string, ...args: readonly string[]) =>
  lab(['score', '--model', model, '--prompt-ids', '1,2', '--completion-ids', '3,4', '--json', ...args], {
    models: diskModels,
  })
const logprobs = async (...args: readonly string[]) => {
  const { code, out, notes } = await lab(args, { models: diskModels })
  expect(notes).toEqual([])
  expect(code).toBe(0)
  const line = JSON.parse(out[0] ?? '') as { logprobs: number[] }
  return line.logprobs
}

describe('lab score', () => {
  const { input_ids: sequences } = readJsonFixture('training.json') as { input_ids: number[][] }
  const golden = readFixture('outputs.safetensors')

  test.each([
    ['base.full.logits', []],
    ['lora.full.logits', ['--adapter', tinyAdapter]],
  ])('gives the golden log-probabilities of %s', async (name, adapter) => {
    for (const [row, ids] of sequences.entries()) {
      const [prompt, completion] = [ids.slice(0, 4), ids.slice(4)]
      const pair = ['--prompt-ids', prompt.join(), '--completion-ids', completion.join()]
      const scored = await logprobs('score', '--model', tinyllama, ...pair, ...adapter, '--json')
      expect(scored).toHaveLength(completion.length)
      for (const [k, value] of scored.entries()) {
        const at = (row * ids.length + prompt.length + k - 1) * 97
        const logits = Array.from(golden.get(name)?.values.subarray(at, at + 97) ?? [])
        const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0))
        expect(value).toBeCloseTo((logits[completion[k] ?? 0] ?? NaN) - sum, 5)
      }
    }
  })

  test.each([
    ['tinyqwen2', 'base'],
    ['tinyqwen2', 'adapter'],
    ['tinyqwen3', 'base'],
    ['tinyqwen3', 'adapter'],
  ])('gives what transformers and PEFT find: %s, %s', async (name, kind) => {
    const folder = fileURLToPath(new URL(`../src/engine/llama/fixtures/${name}`, import.meta.url))
    const qwen = JSON.parse(readFileSync(join(folder, 'logprobs.json'), 'utf8')) as {
      readonly [kind: string]: readonly (readonly number[])[]
    }
    const adapter = kind === 'adapter' ? ['--adapter', join(folder, 'adapter')] : []
    for (const [row, ids] of (qwen['input_ids'] ?? []).entries()) {
      const pair = ['--prompt-ids', `${ids[0]}`, '--completion-ids', ids.slice(1).join()]
      const scored = await logprobs('score', '--model', folder, ...pair, ...adapter, '--json')
      expect(scored).toHaveLength(11)
      for (const [k, value] of scored.entries()) expect(value).toBeCloseTo(qwen[kind]?.[row]?.[k] ?? NaN, 4)
    }
  })

  test('gives the same for a Hugging Face folder, an MLC folder and a GGUF file', async () => {
    const pair = ['--prompt-ids', '1,2,3', '--completion-ids', '4,5,6', '--json']
    const [first = [], ...others] = await Promise.all(
      [huggingFace(), folderOf(mlcFiles), gguf('llama')].map((model) =>
        logprobs('score', '--model', model, ...pair),
      ),
    )
    expect(first).toHaveLength(3)
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('lab convert', () => {
  const convert = (...args: readonly string[]) => lab(['convert', ...args], { models: diskModels })
  const pair = ['--prompt-ids', '1,2,3', '--completion-ids', '4,5,6', '--json']

  test.each([
    ['a Hugging Face folder', () => huggingFace()],
    ['a GGUF file', () => gguf('llama')],
    ['an MLC folder', () => folderOf(mlcFiles)],
  ])('writes %s as an MLC folder that scores alike', async (_, model) => {
    const out = join(root, `converted-${(folders += 1)}`)
    const { code, notes } = await convert('--model', model(), '--out', out)
    expect(code).toBe(0)
    expect(notes).toEqual([expect.stringMatching(/^Wrote \d+ files, .* MB, to /)])
    const [before, after] = [model(), out].map((folder) => logprobs('score', '--model', folder, ...pair))
    for (const [k, value] of ((await after) ?? []).entries())
      expect(value).toBeCloseTo((await before)?.[k] ?? NaN, 2)
    expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test.each<[string, () => string, () => string, RegExp]>([
    ['a folder that holds something', huggingFace, () => folderOf({ a: 'b' }), /is not empty/],
    ['a file in its place', huggingFace, () => join(folderOf({ a: 'b' }), 'a'), /a: .*not a folder/],
    ['no model', () => '/nonexistent/m.gguf', () => join(root, 'x'), /There is no model/],
    ['a model without a tokenizer', () => tinyllama, () => join(root, 'x'), /tokenizer/],
  ])('refuses %s in one line and writes nothing', async (_, model, target, message) => {
    const out = target()
    const { code, notes } = await convert('--model', model(), '--out', out)
    expect(code).toBe(1)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
    expect(existsSync(join(root, 'x'))).toBe(false)
  })

  test.each([[['--out', 'x']], [['--model', 'x']]])('needs both ends: %j', async (args) => {
    const { code, notes } = await convert(...args)
    expect(code).toBe(2)
    expect(notes).toEqual([expect.stringMatching(/is needed/)])
  })
})

describe('a model or adapter that cannot be used', () => {
  const nan = smallTensors(smallConfigJson)
  nan.get('model.norm.weight')?.data.set([NaN], 3)
  const vocab = { ...smallTokenizer.model.vocab, extra: smallVocabularySize }
  const shard = 'params_shard_0.bin'
  const wrongType = { ...smallConfigJson, model_type: 'gpt2' }
  const threeByFour = { ...smallConfigJson, hidden_size: 24, head_dim: 6 }

  test.each<[string, () => string, RegExp]>([
    ['no such folder', () => '/nonexistent/model', /There is no model "\/nonexistent\/model"/],
    ['a folder without a model', () => folderOf({}), /expected a \.gguf file, or a folder with config\.json/],
    [
      'a truncated shard',
      () => folderOf({ ...mlcFiles, [shard]: mlcFiles[shard]?.slice(0, 999) ?? null }),
      /params_shard_0\.bin: expected a shard of \d+ bytes \(by tensor-cache\.json\), found 999 bytes/,
    ],
    [
      'a truncated file of weights',
      () => huggingFace({ 'model.safetensors': weights.slice(0, 9000) }),
      /model\.safetensors: expected .*, found 9000 bytes: the file is cut short/,
    ],
    [
      'a wrong dtype',
      () => huggingFace({ 'model.safetensors': withDtype(weights, 'model.norm.weight', 'I32') }),
      /expected F32, F16 or BF16 for tensor model\.norm\.weight, found I32/,
    ],
    [
      'a tokenizer that does not fit',
      () =>
        huggingFace({ 'tokenizer.json': { ...smallTokenizer, model: { ...smallTokenizer.model, vocab } } }),
      /tokenizer\.json: expected ids below .*: the tokenizer does not fit the model/,
    ],
    [
      'NaN in the weights',
      () => huggingFace({ 'model.safetensors': writeSafetensors(nan) }),
      /expected finite numbers in tensor model\.norm\.weight, found NaN at index 3/,
    ],
    [
      'a GGUF of another architecture',
      () => gguf('gpt2'),
      /a model of type llama, qwen2 or qwen3, found "gpt2"/,
    ],
    [
      'another architecture',
      () => huggingFace({ 'config.json': wrongType }),
      /config\.json: .*, found "gpt2"/,
    ],
    [
      'other dimensions than its weights',
      () => huggingFace({ 'config.json': { ...smallConfigJson, intermediate_size: 96 } }),
      /gate_proj\.weight of shape \[96, 32\], found \[64, 32\]/,
    ],
    [
      'heads that the kernels cannot compute',
      () => huggingFace({ 'config.json': threeByFour }),
      /config\.json: expected a head size that is a multiple of 4, found 6/,
    ],
  ])('%s ends with exit code 1 and one line', async (_, model, message) => {
    const { code, out, notes } = await score(model())
    expect([code, out]).toEqual([1, []])
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
  })

  const wide = { ...smallConfigJson, intermediate_size: 96 }
  const wider = huggingFace({
    'config.json': wide,
    'model.safetensors': writeSafetensors(smallTensors(wide)),
  })
  const row = new Float32Array(32).fill(0.5)
  const module = { inFeatures: 32, outFeatures: 32, a: row, b: row }
  const otherModels = folderOf(
    Object.fromEntries(
      writePeftAdapter({
        r: 1,
        alpha: 1,
        baseModel: 'someone/other-model',
        modules: new Map([['model.layers.0.self_attn.q_proj', module]]),
      }).map(({ name, bytes }) => [name, bytes]),
    ),
  )
  test.each<[string, () => string, RegExp]>([
    ['is missing', () => join(root, 'nowhere'), /there is no such adapter folder/],
    ['is no adapter', () => folderOf({}), /adapter_config\.json: expected a file, found nothing/],
    [
      'is of another shape',
      () => tinyAdapter,
      /does not fit this model: model\.layers\.0\.mlp\.\w+ should be \[.*\] but is \[.*\]/,
    ],
    [
      'is of another model of this shape',
      () => otherModels,
      /base_model_name_or_path should be model-\d+ but is someone\/other-model\. .* write "model-\d+" there/,
    ],
  ])('an adapter folder that %s is refused', async (_, adapter, message) => {
    const { code, notes } = await score(wider, '--adapter', adapter())
    expect(code).toBe(1)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
  })
})

describe('tokens that a model cannot take', () => {
  const longer = Array.from({ length: 200 }, () => 1).join()
  test.each([
    [['--prompt-ids', longer], /The prompt has 202 tokens, but the model's context holds 128/],
    [['--prompt-ids', '1,100000'], /Token id 100000 is outside the model's vocabulary/],
    [['--completion-ids', '-1'], /"-1" is not a token id|Token id -1 is outside/],
  ])('%# are refused', async (args, message) => {
    const { code, notes } = await score(huggingFace(), ...args)
    expect(code).toBe(1)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
  })
})

/** The file with another dtype of the same width in one tensor's header. */
function withDtype(file: Uint8Array, tensor: string, dtype: 'I32'): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  const at = text.indexOf('"F32"', text.indexOf(`"${tensor}"`))
  const changed = Uint8Array.from(file)
  changed.set(new TextEncoder().encode(`"${dtype}"`), at)
  return changed
}

describe('the context of a model', () => {
  const short = { max_model_length: 16 }

  test('is as long as the settings say, for prompts too', async () => {
    const { engine } = await diskModels.open(tinyllama, short)
    expect(engine.info.contextLength).toBe(16)
    const options = { maxTokens: 8, temperature: 0, seed: 1 }
    const ask = (tokens: number) =>
      engine.sample([{ id: 'x', prompt: new Array<number>(tokens).fill(3), count: 1 }], options)
    const [[completion] = []] = await ask(15)
    expect(completion?.ids).toHaveLength(1)
    await expect(ask(16)).rejects.toThrow(PromptTooLongError)
    await engine.dispose()
  })

  test('is never longer than what it was made for', async () => {
    const opening = diskModels.open(tinyllama, { max_model_length: 100_000 })
    await expect(opening).rejects.toThrow(ContextLengthError)
    await expect(opening).rejects.toThrow(/at most \d+ tokens, but max_model_length is 100000/)
  })

  test('is a setting of every command that loads a team', async () => {
    const team = ['ask', 'How much is 2 + 2?', '--leader', tinyllama, '--peers', tinyllama]
    const asked = await lab([...team, '--max-model-length', '100000'], { models: diskModels })
    expect(asked.notes.join('\n')).toContain('max_model_length is 100000')
  })
})
