// Objects with a reference count: made with one reference, freed with the last one. What an object owns goes with it.
import { TVMFFIWasmFunctionDeleter } from '../env'
import { freeOnDevice } from './device'
import { byteSize } from './tensors'
import { Any, anyBytes, Block, DeviceType, FfiArray, FfiObject, Func, Tensor, TypeIndex } from './layout'

export function allocate(bytes: usize): usize {
  const address = heap.alloc(max(bytes, 8))
  memory.fill(address, 0, max(bytes, 8))
  return address
}

export function createObject<T>(typeIndex: i32): T {
  const address = allocate(offsetof<T>())
  const object = changetype<FfiObject>(address)
  object.references = 1
  object.typeIndex = typeIndex
  return changetype<T>(address)
}

export function retain(object: usize): void {
  changetype<FfiObject>(object).references++
}

export function release(object: usize): void {
  if (object == 0) return
  const header = changetype<FfiObject>(object)
  if (--header.references > 0) return
  const typeIndex = header.typeIndex
  if (typeIndex == TypeIndex.text || typeIndex == TypeIndex.bytes || typeIndex == TypeIndex.shape)
    heap.free(changetype<Block>(object).data)
  else if (typeIndex == TypeIndex.func) freeFunction(changetype<Func>(object))
  else if (typeIndex == TypeIndex.array) freeArray(changetype<FfiArray>(object))
  else if (typeIndex == TypeIndex.tensor) freeTensor(changetype<Tensor>(object))
  heap.free(object)
}

function freeFunction(func: Func): void {
  if (func.native == 0) TVMFFIWasmFunctionDeleter(func.jsIndex)
}

function freeArray(array: FfiArray): void {
  for (let i = 0; i < array.size; i++) releaseAny(itemOf(array, i))
  heap.free(array.data)
}

function freeTensor(tensor: Tensor): void {
  if (tensor.base != 0) release(tensor.base)
  else if (tensor.deviceType == DeviceType.webgpu) freeOnDevice(tensor.data, byteSize(tensor))
  else heap.free(tensor.data)
  heap.free(tensor.shape)
}

export function createBlock(typeIndex: i32, source: usize, bytes: i32): Block {
  const block = createObject<Block>(typeIndex)
  block.data = allocate(bytes + 1)
  block.size = bytes
  memory.copy(block.data, source, bytes)
  return block
}

export function createText(text: string): Block {
  const bytes = String.UTF8.encode(text)
  return createBlock(TypeIndex.text, changetype<usize>(bytes), bytes.byteLength)
}

/** All items are none until they are set. */
export function createArray(size: i32): FfiArray {
  const array = createObject<FfiArray>(TypeIndex.array)
  array.data = allocate(<usize>size * anyBytes)
  array.size = size
  return array
}

export function itemOf(array: FfiArray, index: i32): Any {
  return changetype<Any>(array.data + <usize>index * anyBytes)
}

export function tensorItem(array: FfiArray, index: i32): Tensor {
  return changetype<Tensor>(<usize>itemOf(array, index).bits)
}

/** Puts an object into a value, which takes over the caller's reference. */
export function setObject(any: Any, object: usize): void {
  any.typeIndex = changetype<FfiObject>(object).typeIndex
  any.padding = 0
  any.bits = object
}

export function releaseAny(any: Any): void {
  if (any.typeIndex >= TypeIndex.firstObject) release(<usize>any.bits)
}
