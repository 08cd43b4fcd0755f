/**
 * A q0f32 folder in MLC's layout, rewritten in the other formats that the model library reads: the names and encodings
 * of MLC's converter. Rounds to nearest; good enough to have a model of that format, not meant to be a good one.
 */
import * as v from 'valibot'
import { MLC_CONFIG, MLC_MANIFEST } from '../../src/common/mlc-layout.ts'
import { bfloat16ToFloat32, uint16View } from '../../src/engine/weights/floats.ts'
import type { FileAccess } from '../../src/engine/weights/file-access.ts'
import { readJson } from '../../src/engine/weights/read-json.ts'
import { memoryFolder } from '../../src/engine/weights/small-model.fixture.ts'
import type { LibraryFormat } from '../../src/engine/webllm/library.ts'

const manifestSchema = v.object({
  records: v.array(
    v.object({
      dataPath: v.string(),
      records: v.array(
        v.object({
          name: v.string(),
          shape: v.array(v.number()),
          nbytes: v.number(),
          byteOffset: v.number(),
        }),
      ),
    }),
  ),
})

interface Stored {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly bytes: Uint8Array
}

/** Everything ends up in one shard. */
export async function inFormat(files: FileAccess, format: LibraryFormat): Promise<FileAccess> {
  const { records: shards } = await readJson(files, MLC_MANIFEST, manifestSchema)
  const stored: Stored[] = []
  for (const shard of shards) {
    const bytes = await files.read(shard.dataPath)
    for (const { name, shape, nbytes, byteOffset } of shard.records) {
      const values = bfloat16ToFloat32(uint16View(bytes.slice(byteOffset, byteOffset + nbytes)))
      stored.push(...storedAs(name, shape, values, format))
    }
  }
  const config = await readJson(files, MLC_CONFIG, v.looseObject({}))
  return memoryFolder(files.location, {
    [MLC_CONFIG]: { ...config, quantization: format },
    [MLC_MANIFEST]: { metadata: {}, records: [manifestRecord(stored)] },
    'params_shard_0.bin': joined(stored),
    'tokenizer.json': new TextDecoder().decode(await files.read('tokenizer.json')),
    'tokenizer_config.json': new TextDecoder().decode(await files.read('tokenizer_config.json')),
  })
}

function manifestRecord(stored: readonly Stored[]): object {
  let byteOffset = 0
  const records = stored.map(({ name, shape, dtype, bytes }) => {
    const record = { name, shape, dtype, format: 'raw', nbytes: bytes.length, byteOffset }
    byteOffset += bytes.length
    return record
  })
  return { dataPath: 'params_shard_0.bin', format: 'raw-shard', nbytes: byteOffset, records }
}

function joined(stored: readonly Stored[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(stored.flatMap(({ bytes }) => [...bytes]))
}

function storedAs(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  format: LibraryFormat,
): Stored[] {
  const isHalf = format === 'q0f16' || format === 'q4f16_1'
  const floats = isHalf ? float16Bytes : float32Bytes
  const dtype = isHalf ? 'float16' : 'float32'
  const [rows = 0, columns] = shape
  if (columns === undefined || !format.startsWith('q4'))
    return [{ name, shape, dtype, bytes: floats(values) }]
  const { words, scales } = quantised(values)
  const base = name.replace(/\.weight$/, '')
  const wordShape = [rows, columns / 8]
  const weight = { name: `${base}.q_weight`, shape: wordShape, dtype: 'uint32', bytes: bytesOf(words) }
  return [weight, { name: `${base}.q_scale`, shape: [rows, columns / 32], dtype, bytes: floats(scales) }]
}

/** Groups of 32; a whole number of them makes a row. */
function quantised(values: Float32Array) {
  const scales = new Float32Array(values.length / 32)
  const words = new Uint32Array(values.length / 8)
  for (const group of scales.keys()) {
    const members = values.subarray(32 * group, 32 * group + 32)
    const scale = members.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-6) / 7
    scales[group] = scale
    for (const [i, value] of members.entries()) {
      const nibble = Math.max(0, Math.min(14, Math.round(value / scale) + 7))
      const word = 4 * group + (i >> 3)
      words[word] = (words[word] ?? 0) | (nibble << (4 * (i & 7)))
    }
  }
  return { words, scales }
}

function float32Bytes(values: Float32Array): Uint8Array {
  return bytesOf(values)
}

/** For magnitudes from 2^-14 to 65504, and everything below as a multiple of 2^-24. */
function float16Bytes(values: Float32Array): Uint8Array {
  const bits = Uint16Array.from(values, (value) => {
    const sign = value < 0 ? 0x8000 : 0
    const size = Math.abs(value)
    if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24)
    const exponent = Math.floor(Math.log2(size))
    return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024))
  })
  return bytesOf(bits)
}

function bytesOf(values: Float32Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
