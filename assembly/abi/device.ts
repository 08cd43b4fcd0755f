// The GPU, which lives in JavaScript: memory and copies by the functions that tvmjs registers as
// "wasm.WebGPUDeviceAPI". A GPU address is a number in tvmjs's buffer table.
import { call, findGlobal } from './functions'
import { Any, anyBytes, TypeIndex } from './layout'
import { argument } from './values'

const args = memory.data(96)
const result = memory.data(16)

let allocateFunction: usize = 0
let freeFunction: usize = 0
let toDeviceFunction: usize = 0
let fromDeviceFunction: usize = 0
let withinDeviceFunction: usize = 0

/** Small buffers that were freed and wait to be used again, by size: every token frees what the next one needs. */
const pool = new Map<i32, usize[]>()
const largestPooled = 1 << 20
const pooledPerSize = 4

/** Contents are undefined. */
export function allocateOnDevice(bytes: i32): usize {
  if (!pool.has(bytes) || pool.get(bytes).length == 0) return allocateZeros(bytes)
  return pool.get(bytes).pop()
}

export function freeOnDevice(pointer: usize, bytes: i32): void {
  if (bytes <= largestPooled) {
    if (!pool.has(bytes)) pool.set(bytes, [])
    const free = pool.get(bytes)
    if (free.length < pooledPerSize) {
      free.push(pointer)
      return
    }
  }
  if (freeFunction == 0) freeFunction = deviceFunction('deviceFreeDataSpace')
  setNumber(0, TypeIndex.pointer, pointer)
  run(freeFunction, 1)
}

/** Memory that nobody had before, which is zero. */
export function allocateZeros(bytes: i32): usize {
  if (allocateFunction == 0) allocateFunction = deviceFunction('deviceAllocDataSpace')
  setNumber(0, TypeIndex.int, bytes)
  const any = run(allocateFunction, 1)
  return any.typeIndex == TypeIndex.float ? <usize>reinterpret<f64>(any.bits) : <usize>any.bits
}

export function copyToDevice(source: usize, pointer: usize, offset: i64, bytes: i32): void {
  if (toDeviceFunction == 0) toDeviceFunction = deviceFunction('deviceCopyToGPU')
  setNumber(0, TypeIndex.pointer, source)
  setNumber(1, TypeIndex.pointer, pointer)
  setNumber(2, TypeIndex.int, offset)
  setNumber(3, TypeIndex.int, bytes)
  run(toDeviceFunction, 4)
}

/** Only begins: the bytes are there once JavaScript has waited for the device. */
export function copyFromDevice(pointer: usize, offset: i64, target: usize, bytes: i32): void {
  if (fromDeviceFunction == 0) fromDeviceFunction = deviceFunction('deviceCopyFromGPU')
  setNumber(0, TypeIndex.pointer, pointer)
  setNumber(1, TypeIndex.int, offset)
  setNumber(2, TypeIndex.pointer, target)
  setNumber(3, TypeIndex.int, bytes)
  run(fromDeviceFunction, 4)
}

export function copyWithinDevice(source: usize, from: i64, target: usize, to: i64, bytes: i32): void {
  if (withinDeviceFunction == 0) withinDeviceFunction = deviceFunction('deviceCopyWithinGPU')
  setNumber(0, TypeIndex.pointer, source)
  setNumber(1, TypeIndex.int, from)
  setNumber(2, TypeIndex.pointer, target)
  setNumber(3, TypeIndex.int, to)
  setNumber(4, TypeIndex.int, bytes)
  run(withinDeviceFunction, 5)
}

function deviceFunction(name: string): usize {
  const getter = findGlobal('wasm.WebGPUDeviceAPI')
  const text = String.UTF8.encode(name, true)
  setNumber(0, TypeIndex.rawText, changetype<usize>(text))
  return <usize>run(getter, 1).bits
}

function setNumber(index: i32, typeIndex: i32, value: i64): void {
  const any = argument(args, index)
  any.typeIndex = typeIndex
  any.padding = 0
  any.bits = value
}

function run(func: usize, count: i32): Any {
  memory.fill(result, 0, anyBytes)
  call(func, args, count, result)
  return changetype<Any>(result)
}
