import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { hashWords } from '../../common/hash.ts'
import { ModelFileError } from '../engine.ts'
import type { FileToWrite } from './file-access.ts'
import { openHuggingFaceFolder } from './hf.ts'
import { openMlcFolder } from './mlc.ts'
import { memoryFolder, smallConfigJson, smallFolder } from './small-model.fixture.ts'
import { writeMlc } from './write-mlc.ts'

const SHARD = 'params_shard_0.bin'
const QKV = 'model.layers.0.self_attn.qkv_proj.weight'

/** The files of a small model in MLC's layout, by name; `changes` replaces, null removes. */
async function mlcFiles(
  configJson: object = smallConfigJson,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files: readonly FileToWrite[] = await writeMlc(
    await openHuggingFaceFolder(smallFolder({}, configJson)),
  )
  return Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]))
}

const manifestSchema = v.object({
  metadata: v.unknown(),
  records: v.array(
    v.looseObject({
      dataPath: v.string(),
      nbytes: v.number(),
      md5sum: v.nullish(v.string()),
      records: v.array(
        v.looseObject({
          name: v.string(),
          shape: v.array(v.number()),
          dtype: v.string(),
          format: v.string(),
          nbytes: v.number(),
          byteOffset: v.number(),
        }),
      ),
    }),
  ),
})
type Manifest = v.InferOutput<typeof manifestSchema>
type ManifestRecord = Manifest['records'][number]['records'][number]

function readManifest(files: Record<string, Uint8Array<ArrayBuffer>>): Manifest {
  return v.parse(manifestSchema, JSON.parse(new TextDecoder().decode(files['tensor-cache.json'])))
}

describe('an MLC folder', () => {
  const untied = { ...smallConfigJson, tie_word_embeddings: false }
  const llama3 = {
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 64,
    rope_type: 'llama3',
  }
  const configs: [string, object][] = [
    ['llama, tied', smallConfigJson],
    ['llama, untied, with RoPE scaling', { ...untied, rope_scaling: llama3 }],
    ['qwen2, with biases', { ...smallConfigJson, model_type: 'qwen2', rope_theta: 1e6 }],
    ['qwen3, with head norms', { ...untied, model_type: 'qwen3', head_dim: 16 }],
  ]
  test.each(configs)('gives back what was written from a Hugging Face folder (%s)', async (_, configJson) => {
    const original = await openHuggingFaceFolder(smallFolder({}, configJson))
    const copy = await openMlcFolder(memoryFolder('mlc-ai/small/resolve/main', await mlcFiles(configJson)))
    expect(copy.config).toEqual(original.config)
    expect(copy).toMatchObject({
      id: 'small',
      licence: 'apache-2.0',
      tokenizerConfig: original.tokenizerConfig,
    })
    expect(copy.names).toEqual(original.names)
    expect(copy.weightBytes).toBe(original.weightBytes / 2)
    for (const name of original.names) expect(await copy.tensor(name)).toEqual(await original.tensor(name))
  })

  test('reads raw float32 and float16 tensors', async () => {
    const norms = ['model.norm.weight', 'model.layers.0.input_layernorm.weight']
    const floats = Float32Array.from({ length: 32 }, (_, i) => i + 0.1)
    const halves = new Uint16Array(32).fill(0x3c00)
    const files = appendShard(await mlcFiles(), [
      { name: norms[0] ?? '', shape: [32], dtype: 'float32', data: floats },
      { name: norms[1] ?? '', shape: [32], dtype: 'float16', data: halves },
    ])
    const source = await openMlcFolder(memoryFolder('m', files))
    expect(await source.tensor(norms[0] ?? '')).toEqual(floats)
    expect(await source.tensor(norms[1] ?? '')).toEqual(new Float32Array(32).fill(1))
  })

  test.each(['float32', 'float16'])('de-quantises groups of 32 with %s scales', async (dtype) => {
    const words = Uint32Array.from({ length: 64 * 4 }, (_, i) => hashWords(i))
    // Scales 2^-1 to 2^-4, in both encodings.
    const scales = Array.from({ length: 64 }, (_, row) => -1 - (row % 4))
    const stored =
      dtype === 'float32'
        ? Float32Array.from(scales, (exponent) => 2 ** exponent)
        : Uint16Array.from(scales, (exponent) => (15 + exponent) << 10)
    const files = appendShard(withoutTensor(await mlcFiles(), QKV), [
      { name: QKV.replace('.weight', '.q_weight'), shape: [64, 4], dtype: 'uint32', data: words },
      { name: QKV.replace('.weight', '.q_scale'), shape: [64, 1], dtype, data: stored },
    ])
    const source = await openMlcFolder(memoryFolder('m', files))
    const fused = Array.from({ length: 64 }, (_, row) =>
      [...words.slice(4 * row, 4 * row + 4)].flatMap((word) =>
        // The lowest nibble is the last hexadecimal digit.
        Array.from(word.toString(16).padStart(8, '0'))
          .reverse()
          .map((digit) => (parseInt(digit, 16) - 7) * 2 ** (scales[row] ?? 0)),
      ),
    ).flat()
    const at = 'model.layers.0.self_attn'
    expect([...(await source.tensor(`${at}.q_proj.weight`))]).toEqual(fused.slice(0, 32 * 32))
    expect([...(await source.tensor(`${at}.k_proj.weight`))]).toEqual(fused.slice(32 * 32, 48 * 32))
    expect([...(await source.tensor(`${at}.v_proj.weight`))]).toEqual(fused.slice(48 * 32))
  })
})

describe('a broken MLC folder names file, tensor, expected and found', () => {
  const edited = async (edit: (record: ManifestRecord) => ManifestRecord | null) => {
    const files = await mlcFiles()
    const manifest = readManifest(files)
    const records = manifest.records.map((shard) => ({
      ...shard,
      records: shard.records
        .map((record) => (record.name === QKV ? edit(record) : record))
        .filter((record) => record !== null),
    }))
    return { ...files, 'tensor-cache.json': { ...manifest, records } }
  }
  const cases: [string, () => Promise<Record<string, Uint8Array<ArrayBuffer> | object | null>>, string][] = [
    [
      'a missing shard',
      async () => ({ ...(await mlcFiles()), [SHARD]: null }),
      `m/${SHARD}: expected a shard of 44032 bytes (by tensor-cache.json), found no such file.`,
    ],
    [
      'a truncated shard',
      async () => {
        const files = await mlcFiles()
        return { ...files, [SHARD]: files[SHARD]?.slice(0, 1000) ?? null }
      },
      `m/${SHARD}: expected a shard of 44032 bytes (by tensor-cache.json), found 1000 bytes.`,
    ],
    [
      'a shard with more than the manifest says',
      async () => {
        const files = await mlcFiles()
        return { ...files, [SHARD]: Uint8Array.of(...(files[SHARD] ?? []), 0, 0) }
      },
      `m/${SHARD}: expected a shard of 44032 bytes (by tensor-cache.json), found 44034 bytes.`,
    ],
    [
      'a missing tensor',
      () => edited(() => null),
      `m/tensor-cache.json: expected tensor ${QKV} [64, 32], found none.`,
    ],
    [
      'a wrong shape',
      () => edited((record) => ({ ...record, shape: [32, 64] })),
      `m/${SHARD}: expected tensor ${QKV} of shape [64, 32], found [32, 64].`,
    ],
    [
      'a wrong dtype',
      () => edited((record) => ({ ...record, dtype: 'int8' })),
      `m/${SHARD}: expected float32 or float16 or bfloat16 for tensor ${QKV}, found int8.`,
    ],
    [
      'a wrong length',
      () => edited((record) => ({ ...record, format: 'raw' })),
      `m/${SHARD}: expected 8192 bytes for tensor ${QKV}, found 4096 bytes.`,
    ],
    [
      'a tensor outside its shard',
      () => edited((record) => ({ ...record, byteOffset: 47000 })),
      `expected tensor ${QKV} within 44032 bytes, found bytes 47000 to 51096.`,
    ],
    [
      'no manifest',
      async () => ({ ...(await mlcFiles()), 'tensor-cache.json': null }),
      'm/tensor-cache.json: expected a file',
    ],
  ]
  test.each(cases)('%s', async (_, files, message) => {
    const opening = openMlcFolder(memoryFolder('m', await files()))
    await expect(opening).rejects.toThrow(ModelFileError)
    await expect(opening).rejects.toThrow(message)
  })

  test.each([44_000, 44_034])('a shard of %i bytes, where its size was not known before', async (size) => {
    const files = await mlcFiles()
    const shard = new Uint8Array(size)
    shard.set(files[SHARD]?.subarray(0, size) ?? [])
    const folder = memoryFolder('m', { ...files, [SHARD]: shard })
    const source = await openMlcFolder({ ...folder, size: () => Promise.resolve(null) })
    const reading = source.tensor('model.norm.weight')
    await expect(reading).rejects.toThrow(ModelFileError)
    await expect(reading).rejects.toThrow(
      `m/${SHARD}: expected 44032 bytes, found ${size} bytes. Fetch the file again.`,
    )
  })

  test('a shard with other bytes than the manifest says', async () => {
    const files = await mlcFiles()
    files[SHARD]?.set([1, 2, 3], 100)
    const source = await openMlcFolder(memoryFolder('m', files))
    await expect(source.tensor('model.norm.weight')).rejects.toThrow(
      /m\/params_shard_0\.bin: expected MD5 \w{32}, found \w{32}\./,
    )
  })
})

interface StoredData {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly data: Float32Array | Uint16Array | Uint32Array
}

/** Adds a second shard without a hash; its records come later in the manifest and so win. */
function appendShard(
  files: Record<string, Uint8Array<ArrayBuffer>>,
  tensors: readonly StoredData[],
): Record<string, Uint8Array<ArrayBuffer> | object> {
  const manifest = readManifest(files)
  const bytes = new Uint8Array(tensors.reduce((sum, { data }) => sum + data.byteLength, 0))
  let byteOffset = 0
  const records = tensors.map(({ data, ...fields }) => {
    bytes.set(new Uint8Array(data.buffer), byteOffset)
    byteOffset += data.byteLength
    return { ...fields, format: 'raw', nbytes: data.byteLength, byteOffset: byteOffset - data.byteLength }
  })
  const shard = { dataPath: 'extra.bin', nbytes: bytes.length, records }
  return {
    ...files,
    'extra.bin': bytes,
    'tensor-cache.json': { ...manifest, records: [...manifest.records, shard] },
  }
}

function withoutTensor(files: Record<string, Uint8Array<ArrayBuffer>>, name: string): typeof files {
  const manifest = readManifest(files)
  const records = manifest.records.map((shard) => ({
    ...shard,
    records: shard.records.filter((record) => record.name !== name),
  }))
  return { ...files, 'tensor-cache.json': new TextEncoder().encode(JSON.stringify({ ...manifest, records })) }
}
