/**
 * safetensors: eight bytes of header length, a JSON header with a byte range per tensor, then the data. Reads
 * F32, F16 and BF16 by range; writes F32. https://github.com/huggingface/safetensors
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import { fetchAgain, type FileAccess } from './file-access.ts'
import { bfloat16ToFloat32, float16ToFloat32, float32View, uint16View } from './floats.ts'
import { elementCount } from './model-source.ts'
import { parseWith } from './read-json.ts'

/** A larger header than this is a broken or hostile file (the format's own limit). */
const MAX_HEADER_BYTES = 100_000_000

const bytesPerElement: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 }

export interface StoredTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly start: number
  readonly byteLength: number
}

export interface SafetensorsFile {
  readonly path: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  read(name: string): Promise<Float32Array>
}

const entry = v.object({
  dtype: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  data_offsets: v.tuple([v.number(), v.number()]),
})

/** Reads the header and checks every range against the file's size; no tensor data yet. */
export async function openSafetensors(files: FileAccess, name: string): Promise<SafetensorsFile> {
  const path = files.path(name)
  if (!(await files.exists(name))) throw new ModelFileError(path, 'a safetensors file', 'nothing')
  const size = await files.size(name)
  const headerBytes = await readHeaderLength(files, name, size)
  const tensors = parseHeader(path, await files.readRange(name, 8, headerBytes), 8 + headerBytes)
  const end = Math.max(
    8 + headerBytes,
    ...[...tensors.values()].map((tensor) => tensor.start + tensor.byteLength),
  )
  if (size !== null && size < end) {
    const cut = [...tensors].find(([, tensor]) => tensor.start + tensor.byteLength > size)?.[0]
    throw new ModelFileError(
      path,
      `${end} bytes (tensor ${cut} ends later)`,
      `${size} bytes: the file is cut short`,
      fetchAgain,
    )
  }
  return {
    path,
    tensors,
    async read(tensorName) {
      const tensor = tensors.get(tensorName)
      if (!tensor) throw new ModelFileError(path, `tensor ${tensorName}`, 'none')
      return decode(path, tensorName, tensor, await files.readRange(name, tensor.start, tensor.byteLength))
    },
  }
}

async function readHeaderLength(files: FileAccess, name: string, size: number | null): Promise<number> {
  const path = files.path(name)
  if (size !== null && size < 8) throw new ModelFileError(path, 'a safetensors file', `${size} bytes`)
  const start = await files.readRange(name, 0, 8)
  const headerBytes = Number(new DataView(start.buffer).getBigUint64(0, true))
  const limit = size === null ? MAX_HEADER_BYTES : Math.min(MAX_HEADER_BYTES, size - 8)
  if (headerBytes >= 2 && headerBytes <= limit) return headerBytes
  throw new ModelFileError(path, 'a safetensors header', `a header length of ${headerBytes} bytes`)
}

function parseHeader(path: string, bytes: Uint8Array, dataStart: number): Map<string, StoredTensor> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new ModelFileError(path, 'a safetensors header in JSON', 'something else')
  }
  const tensors = new Map<string, StoredTensor>()
  for (const [name, value] of Object.entries(parseWith(path, v.record(v.string(), v.unknown()), json))) {
    if (name === '__metadata__') continue
    const { dtype, shape, data_offsets: offsets } = parseWith(`${path} (tensor ${name})`, entry, value)
    const [from, to] = offsets
    const tensor = { dtype, shape, start: dataStart + from, byteLength: to - from }
    const needed = elementCount(shape) * (bytesPerElement[dtype] ?? NaN)
    if (from < 0 || to < from || (!Number.isNaN(needed) && needed !== tensor.byteLength)) {
      const found = `${tensor.byteLength} bytes`
      throw new ModelFileError(
        path,
        `${needed} bytes for tensor ${name} (${dtype} [${shape.join(', ')}])`,
        found,
      )
    }
    tensors.set(name, tensor)
  }
  return tensors
}

/** Refuses an unknown dtype when the model is opened, not when the tensor is read. */
export function checkDtype(path: string, name: string, dtype: string): void {
  if (dtype in bytesPerElement) return
  throw new ModelFileError(
    path,
    `F32, F16 or BF16 for tensor ${name}`,
    dtype,
    'Save the weights as one of these.',
  )
}

function decode(path: string, name: string, tensor: StoredTensor, bytes: Uint8Array): Float32Array {
  checkDtype(path, name, tensor.dtype)
  if (tensor.dtype === 'F16') return float16ToFloat32(uint16View(bytes))
  if (tensor.dtype === 'BF16') return bfloat16ToFloat32(uint16View(bytes))
  return float32View(bytes)
}

export interface TensorToWrite {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One F32 file; tensors sorted by name, as the reference writer does, and the data aligned to eight bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, data }] of sorted) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const json = JSON.stringify(header)
  const unpadded = new TextEncoder().encode(json).length
  const headerBytes = new TextEncoder().encode(json + ' '.repeat((8 - (unpadded % 8)) % 8))
  const file = new Uint8Array(8 + headerBytes.length + offset)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true)
  file.set(headerBytes, 8)
  let at = 8 + headerBytes.length
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}
