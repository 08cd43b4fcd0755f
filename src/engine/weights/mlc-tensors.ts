/**
 * How MLC stores one tensor: under which fused name, in which rows, in which encoding. Group quantisation (q4f16_1,
 * q4f32_1): eight nibbles per uint32, lowest first, one scale per 32 columns, value = (nibble - 7) · scale.
 */
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig } from '../llama/config.ts'
import { bfloat16ToFloat32, float16ToFloat32, float32View, uint16View, uint32View } from './floats.ts'
import { checkShape, elementCount, expectedShapes } from './model-source.ts'

const GROUP = 32
const NIBBLES_PER_WORD = 8

/** A tensor as `tensor-cache.json` lists it. */
export interface MlcRecord {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly format: string
  readonly nbytes: number
  readonly byteOffset: number
  /** Path of the shard inside the folder. */
  readonly shard: string
}

/** Rows of a stored matrix that make up one Hugging Face tensor. */
export interface MlcPart {
  readonly matrix: MlcMatrix
  readonly firstRow: number
  readonly rowCount: number
  /** 1 for a vector. */
  readonly columns: number
}

export type MlcMatrix =
  | { readonly kind: 'plain'; readonly values: MlcRecord }
  | { readonly kind: 'quantised'; readonly values: MlcRecord; readonly scales: MlcRecord }

/** The fused modules of a layer, and which Hugging Face modules lie in them, in row order. */
export function fusedModules(
  config: LlamaConfig,
): readonly { readonly fused: string; readonly members: readonly string[] }[] {
  const fusedAttention = config.architecture === 'llama' ? 'self_attn.qkv_proj' : 'self_attn.c_attn'
  return [
    { fused: fusedAttention, members: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'] },
    { fused: 'mlp.gate_up_proj', members: ['mlp.gate_proj', 'mlp.up_proj'] },
  ]
}

/** Where every Hugging Face tensor lies; `pathOf` turns a shard's name into what the user knows. */
export function locateParts(
  config: LlamaConfig,
  stored: ReadonlyMap<string, MlcRecord>,
  { manifest, pathOf }: { manifest: string; pathOf: (shard: string) => string },
): Map<string, MlcPart> {
  const expected = expectedShapes(config)
  const parts = new Map<string, MlcPart>()
  for (const [name, [rowCount = 0, columns = 1]] of expected) {
    const { storedName, before, after } = storedAs(name, config, expected)
    const matrix = findMatrix(stored, storedName)
    const isVector = expected.get(name)?.length === 1
    const rows = before + rowCount + after
    if (!matrix) {
      const shape = isVector ? [rows] : [rows, columns]
      throw new ModelFileError(manifest, `tensor ${storedName} [${shape.join(', ')}]`, 'none')
    }
    checkMatrix(matrix, isVector ? [rows] : [rows, columns], pathOf(matrix.values.shard))
    parts.set(name, { matrix, firstRow: before, rowCount, columns })
  }
  return parts
}

/** The stored tensor's name and the rows that other members have before and after in it. */
function storedAs(name: string, config: LlamaConfig, expected: ReadonlyMap<string, readonly number[]>) {
  const [, layer, module, kind] = /^(model\.layers\.\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const group = fusedModules(config).find(({ members }) => members.includes(module ?? ''))
  if (!group) return { storedName: name, before: 0, after: 0 }
  const rows = group.members.map((member) => expected.get(`${layer}.${member}.${kind}`)?.[0] ?? 0)
  const index = group.members.indexOf(module ?? '')
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  return {
    storedName: `${layer}.${group.fused}.${kind}`,
    before: sum(rows.slice(0, index)),
    after: sum(rows.slice(index + 1)),
  }
}

function findMatrix(stored: ReadonlyMap<string, MlcRecord>, name: string): MlcMatrix | null {
  const plain = stored.get(name)
  if (plain) return { kind: 'plain', values: plain }
  const values = stored.get(name.replace(/\.weight$/, '.q_weight'))
  const scales = stored.get(name.replace(/\.weight$/, '.q_scale'))
  return values && scales ? { kind: 'quantised', values, scales } : null
}

function checkMatrix(matrix: MlcMatrix, shape: readonly number[], path: string): void {
  const { values } = matrix
  if (matrix.kind === 'plain') {
    checkShape(path, values.name, shape, values.shape)
    checkEncoding(path, values, ['float32', 'float16', 'bfloat16'])
    return
  }
  const [rows = 0, columns = 0] = shape
  const groups = Math.ceil(columns / GROUP)
  checkShape(path, values.name, [rows, (groups * GROUP) / NIBBLES_PER_WORD], values.shape)
  checkShape(path, matrix.scales.name, [rows, groups], matrix.scales.shape)
  checkEncoding(path, values, ['uint32'])
  checkEncoding(path, matrix.scales, ['float32', 'float16', 'bfloat16'])
}

function checkEncoding(path: string, record: MlcRecord, dtypes: readonly string[]): void {
  if (!dtypes.includes(record.dtype)) {
    throw new ModelFileError(path, `${dtypes.join(' or ')} for tensor ${record.name}`, record.dtype)
  }
  const needed = elementCount(record.shape) * bytesPerElement(record)
  if (needed !== record.nbytes) {
    throw new ModelFileError(path, `${needed} bytes for tensor ${record.name}`, `${record.nbytes} bytes`)
  }
}

function bytesPerElement({ dtype, format }: MlcRecord): number {
  return dtype === 'float16' || dtype === 'bfloat16' || (dtype === 'float32' && format === 'f32-to-bf16')
    ? 2
    : 4
}

/** The part's values, from the bytes of the shards that hold it. */
export function decodePart(
  part: MlcPart,
  shards: { readonly values: Uint8Array; readonly scales: Uint8Array },
): Float32Array {
  const { matrix, columns } = part
  if (matrix.kind === 'plain')
    return decodeFloats(matrix.values, rowBytes(part, matrix.values, shards.values))
  const words = uint32View(rowBytes(part, matrix.values, shards.values))
  const scales = decodeFloats(matrix.scales, rowBytes(part, matrix.scales, shards.scales))
  const groups = Math.ceil(columns / GROUP)
  const values = new Float32Array(part.rowCount * columns)
  for (let row = 0; row < part.rowCount; row++) {
    for (let column = 0; column < columns; column++) {
      const stored = row * groups * GROUP + column
      const nibble = ((words[stored >> 3] ?? 0) >>> (4 * (stored & 7))) & 15
      values[row * columns + column] = (nibble - 7) * (scales[row * groups + ((column / GROUP) | 0)] ?? 0)
    }
  }
  return values
}

function rowBytes(part: MlcPart, record: MlcRecord, shard: Uint8Array): Uint8Array {
  const perRow = record.nbytes / (record.shape[0] ?? 1)
  const start = record.byteOffset + part.firstRow * perRow
  return shard.subarray(start, start + part.rowCount * perRow)
}

/** Always a copy, so that a tensor does not keep its 32 MB shard alive. */
function decodeFloats(record: MlcRecord, bytes: Uint8Array): Float32Array {
  if (record.dtype === 'float16') return float16ToFloat32(uint16View(bytes))
  if (bytesPerElement(record) === 2) return bfloat16ToFloat32(uint16View(bytes))
  return float32View(bytes.slice())
}
