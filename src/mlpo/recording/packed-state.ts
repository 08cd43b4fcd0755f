/**
 * A trainer's state in 3.3 bytes per weight instead of 16: what has changed since the start,
 * which follows from the seed, and AdamW's moments, each in 8 bits within blocks of 64 numbers. Not exact, and only for
 * recordings: whoever goes on from one goes on from a rounded state. A run's own checkpoints are exact (`session-file.ts`).
 */
import { checksum } from '../../common/checksum.ts'
import type { Adapter, AdapterModule } from '../../engine/engine.ts'
import type { ModuleArrays, TrainerState } from '../trainer/trainer.ts'

/** Bytes that are no packed state of this start. */
export class PackedStateError extends Error {
  override readonly name = 'PackedStateError'
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(
      `The recorded state cannot be used: expected ${expected}, found ${actual}. Reload the page; if that does not ` +
        `help, start a run of your own.`,
    )
  }
}

/** Numbers that share a scale. */
const block = 64
/** "LSTA", read as a little-endian word. */
const magic = 0x4154534c
const version = 1
/** Magic, version, updates, checksum of the start, checksum of what follows. */
const headBytes = 20
/** Of the logarithm of a second moment's root; 0 stands for a moment of zero. */
const logSteps = 254

export function packState({ updates, adapter, start, moments }: TrainerState): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  for (const [path, module] of adapter.modules) {
    const first = start.modules.get(path)
    const held = moments.get(path)
    if (first === undefined || held === undefined) throw new RangeError(`${path} has no start or no moments`)
    for (const side of ['a', 'b'] as const) {
      const roots = held.second[side].map(Math.sqrt)
      parts.push(
        packSigned(module[side].map((value, i) => value - (first[side][i] ?? 0))),
        packRoots(roots),
        // What an update follows: rounded together, small moments would be rounded to large steps.
        packSigned(held.first[side].map((value, i) => ratio(value, roots[i]))),
      )
    }
  }
  const body = joined(parts)
  const bytes = new Uint8Array(headBytes + body.length)
  const head = new DataView(bytes.buffer)
  const words = [magic, version, updates, sumOf(start), checksum(body)]
  for (const [i, word] of words.entries()) head.setUint32(i * 4, word, true)
  bytes.set(body, headBytes)
  return bytes
}

/** `start` is the adapter that the run began with. @throws PackedStateError */
export function unpackState(bytes: Uint8Array, { start }: { readonly start: Adapter }): TrainerState {
  const updates = checkedHead(bytes, start)
  const adapter = new Map<string, AdapterModule>()
  const moments = new Map<string, { first: ModuleArrays; second: ModuleArrays }>()
  let offset = headBytes
  const take = (count: number) => bytes.subarray(offset, (offset += count))
  const side = (first: Float32Array) => {
    const { length } = first
    const change = unpackSigned(take(signedBytes(length)), length)
    const roots = unpackRoots(take(rootBytes(length)), length)
    const ratios = unpackSigned(take(signedBytes(length)), length)
    return {
      weights: first.map((value, i) => value + (change[i] ?? 0)),
      first: ratios.map((value, i) => value * (roots[i] ?? 0)),
      second: roots.map((root) => root * root),
    }
  }
  for (const [path, module] of start.modules) {
    const [a, b] = [side(module.a), side(module.b)]
    adapter.set(path, { ...module, a: a.weights, b: b.weights })
    moments.set(path, { first: { a: a.first, b: b.first }, second: { a: a.second, b: b.second } })
  }
  return { updates, adapter: { ...start, modules: adapter }, start, moments }
}

/** The number of updates, once head, length and checksums hold. */
function checkedHead(bytes: Uint8Array, start: Adapter): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (index: number) => view.getUint32(index * 4, true)
  if (bytes.length < headBytes || word(0) !== magic)
    throw new PackedStateError('a recorded state', 'another kind of file')
  if (word(1) !== version) throw new PackedStateError(`version ${version}`, `version ${word(1)}`)
  const wanted = headBytes + [...arraysOf(start)].reduce((sum, { length }) => sum + packedBytes(length), 0)
  if (bytes.length !== wanted) throw new PackedStateError(`${wanted} bytes`, `${bytes.length} bytes`)
  if (word(3) !== sumOf(start)) throw new PackedStateError('the start of its own run', 'another one')
  const sum = checksum(bytes.subarray(headBytes))
  if (sum !== word(4)) throw new PackedStateError(`checksum ${word(4)}`, `${sum}`)
  return word(2)
}

/** Per block its largest absolute value, then one signed byte a number. */
function packSigned(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(signedBytes(values.length))
  const view = new DataView(bytes.buffer)
  for (const { from, to, at } of blocks(values.length, 4)) {
    const largest = values.subarray(from, to).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    view.setFloat32(at, largest, true)
    for (let i = from; i < to; i++)
      view.setInt8(at + 4 + i - from, largest === 0 ? 0 : Math.round(((values[i] ?? 0) / largest) * 127))
  }
  return bytes
}

function unpackSigned(bytes: Uint8Array, length: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float32Array(length)
  for (const { from, to, at } of blocks(length, 4)) {
    const largest = view.getFloat32(at, true)
    for (let i = from; i < to; i++) values[i] = (view.getInt8(at + 4 + i - from) / 127) * largest
  }
  return values
}

/** Per block the logarithms of its smallest and largest value above zero, then one byte a number between them. */
function packRoots(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(rootBytes(values.length))
  const view = new DataView(bytes.buffer)
  for (const { from, to, at } of blocks(values.length, 8)) {
    const logs = [...values.subarray(from, to)].filter((value) => value > 0).map(Math.log)
    const low = logs.length === 0 ? 0 : Math.min(...logs)
    const range = logs.length === 0 ? 0 : Math.max(...logs) - low
    view.setFloat32(at, low, true)
    view.setFloat32(at + 4, range, true)
    for (let i = from; i < to; i++) {
      const value = values[i] ?? 0
      const step = range === 0 ? 0 : Math.round(((Math.log(value) - low) / range) * logSteps)
      view.setUint8(at + 8 + i - from, value > 0 ? 1 + step : 0)
    }
  }
  return bytes
}

function unpackRoots(bytes: Uint8Array, length: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float32Array(length)
  for (const { from, to, at } of blocks(length, 8)) {
    const low = view.getFloat32(at, true)
    const range = view.getFloat32(at + 4, true)
    for (let i = from; i < to; i++) {
      const step = view.getUint8(at + 8 + i - from)
      values[i] = step === 0 ? 0 : Math.exp(low + ((step - 1) / logSteps) * range)
    }
  }
  return values
}

/** Numbers `from` to `to`, which stand at `at` behind a head of `head` bytes. */
function* blocks(length: number, head: number) {
  for (let from = 0, at = 0; from < length; from += block) {
    const to = Math.min(length, from + block)
    yield { from, to, at }
    at += head + to - from
  }
}

function signedBytes(length: number): number {
  return length + 4 * Math.ceil(length / block)
}

function rootBytes(length: number): number {
  return length + 8 * Math.ceil(length / block)
}

function packedBytes(length: number): number {
  return 2 * signedBytes(length) + rootBytes(length)
}

function ratio(first: number, root: number | undefined): number {
  return root === undefined || root === 0 ? 0 : first / root
}

function* arraysOf({ modules }: Adapter): Generator<Float32Array> {
  for (const { a, b } of modules.values()) yield* [a, b]
}

function sumOf(adapter: Adapter): number {
  let sum = 0
  for (const array of arraysOf(adapter))
    sum = Math.imul(
      sum ^ checksum(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
      0x01000193,
    )
  return sum >>> 0
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
