/**
 * The header of a GGUF file (versions 2 and 3, little endian): key/values, then the table of tensors, then padding.
 * Its length is not known beforehand, so it is parsed from a growing start of the file.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { ModelFileError } from '../engine.ts'
import { fetchAgain, type FileAccess } from './file-access.ts'

export type GgufValue = number | boolean | string | readonly GgufValue[]

export interface GgufTensor {
  /** Row-major, [out, in]; the file lists dimensions the other way round. */
  readonly shape: readonly number[]
  /** ggml's type number. */
  readonly type: number
  /** From the start of the file. */
  readonly start: number
}

export interface GgufHeader {
  readonly values: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensor>
}

const MAGIC = 'GGUF'
const FIRST_READ_BYTES = 4 * 2 ** 20
const DEFAULT_ALIGNMENT = 32
const STRING = 8
const ARRAY = 9
/** The start of the file ended inside the header: read more of it. */
class MoreBytesNeeded extends Error {}

export async function readGgufHeader(files: FileAccess, name: string): Promise<GgufHeader> {
  const path = files.path(name)
  if (!(await files.exists(name))) throw new ModelFileError(path, 'a GGUF file', 'nothing')
  const whole = (await files.size(name)) === null ? await files.read(name) : null
  const size = whole?.length ?? (await files.size(name)) ?? 0
  for (let length = FIRST_READ_BYTES; ; length *= 2) {
    const bytes = whole ?? (await files.readRange(name, 0, Math.min(length, size)))
    try {
      return parseHeader(path, bytes)
    } catch (error) {
      if (!(error instanceof MoreBytesNeeded)) throw error
      if (bytes.length < size) continue
      throw new ModelFileError(
        path,
        'a whole GGUF header',
        `${size} bytes: the file is cut short`,
        fetchAgain,
      )
    }
  }
}

function parseHeader(path: string, bytes: Uint8Array): GgufHeader {
  const cursor = createCursor(path, bytes)
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, 4))
  if (magic !== MAGIC)
    throw new ModelFileError(path, 'a GGUF file', `one that starts with ${JSON.stringify(magic)}`)
  cursor.skip(4)
  const version = cursor.uint32()
  if (version !== 2 && version !== 3) {
    throw new ModelFileError(path, 'GGUF version 2 or 3, little endian', `version ${version}`)
  }
  const [tensorCount, valueCount] = [cursor.uint64(), cursor.uint64()]
  const values = new Map<string, GgufValue>()
  for (let i = 0; i < valueCount; i++) {
    const key = cursor.string()
    values.set(key, cursor.value(cursor.uint32()))
  }
  const table: [string, GgufTensor][] = []
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.string()
    const shape = Array.from({ length: cursor.uint32() }, () => cursor.uint64()).reverse()
    table.push([name, { shape, type: cursor.uint32(), start: cursor.uint64() }])
  }
  const stated = values.get('general.alignment')
  const alignment = typeof stated === 'number' ? stated : DEFAULT_ALIGNMENT
  const dataStart = Math.ceil(cursor.position() / alignment) * alignment
  const tensors = new Map(
    table.map(([name, tensor]) => [name, { ...tensor, start: dataStart + tensor.start }]),
  )
  return { values, tensors }
}

interface Cursor {
  position(): number
  skip(count: number): void
  uint32(): number
  uint64(): number
  string(): string
  value(type: number): GgufValue
}

function createCursor(path: string, bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder()
  let position = 0
  /** Moves over `count` bytes and says where they began. */
  const take = (count: number): number => {
    if (position + count > bytes.length) throw new MoreBytesNeeded()
    position += count
    return position - count
  }
  const uint64 = () => Number(view.getBigUint64(take(8), true))
  const string = () => {
    const length = uint64()
    const start = take(length)
    return decoder.decode(bytes.subarray(start, start + length))
  }
  const scalars: Readonly<Record<number, () => number | boolean>> = {
    0: () => view.getUint8(take(1)),
    1: () => view.getInt8(take(1)),
    2: () => view.getUint16(take(2), true),
    3: () => view.getInt16(take(2), true),
    4: () => view.getUint32(take(4), true),
    5: () => view.getInt32(take(4), true),
    6: () => view.getFloat32(take(4), true),
    7: () => view.getUint8(take(1)) !== 0,
    10: uint64,
    11: () => Number(view.getBigInt64(take(8), true)),
    12: () => view.getFloat64(take(8), true),
  }
  const value = (type: number): GgufValue => {
    if (type === STRING) return string()
    if (type === ARRAY) {
      const elementType = view.getUint32(take(4), true)
      const count = uint64()
      const elements: GgufValue[] = []
      for (let i = 0; i < count; i++) elements.push(value(elementType))
      return elements
    }
    const read = scalars[type]
    if (!read)
      throw new ModelFileError(path, 'a GGUF header', `a value of type ${type} near byte ${position}`)
    return read()
  }
  return {
    position: () => position,
    skip: (count) => void take(count),
    uint32: () => view.getUint32(take(4), true),
    uint64,
    string,
    value,
  }
}
