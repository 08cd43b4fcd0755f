// The runtime's functions that tvmjs looks up by name when it starts; it throws where one is missing, so those that
// WebLLM never calls are there too and say so.
import { raise } from './errors'
import { defineGlobal, findExport } from './functions'
import { Any, Block, DType, FfiObject, TypeIndex } from './layout'
import { allocate, createArray, createBlock, createObject, itemOf, retain, setObject } from './objects'
import { cacheTensor, cachedTensor, clearCachedTensors, removeCachedTensor } from './tensor-cache'
import {
  byteSize,
  copyTensor,
  createTensor,
  createView,
  elementCount,
  parseDType,
  widenBfloat16,
} from './tensors'
import {
  argument,
  arrayAt,
  bytesAddress,
  bytesSize,
  intAt,
  objectAt,
  own,
  setInt,
  tensorAt,
  textAt,
} from './values'

const unused = [
  'ffi.FunctionListGlobalNamesFunctor',
  'ffi.ModuleImportModule',
  'tvmjs.runtime.ArrayConcat',
  'tvmjs.runtime.ConcatEmbeddings',
  'vm.builtin.param_module_from_cache',
  'vm.builtin.sample_top_p_from_logits',
  'vm.builtin.sample_top_p_from_prob',
  'vm.builtin.apply_repetition_penalty',
  'vm.builtin.apply_presence_and_frequency_penalty',
  'vm.builtin.apply_softmax_with_temperature',
]

export function defineGlobals(): void {
  for (let i = 0; i < unused.length; i++) defineGlobal(unused[i], notHere)
  defineGlobal('ffi.SystemLib', systemLib)
  defineGlobal('ffi.ModuleGetFunction', moduleGetFunction)
  defineGlobal('ffi.Shape', makeShape)
  defineGlobal('ffi.Array', makeArray)
  defineGlobal('ffi.ArraySize', arraySize)
  defineGlobal('ffi.ArrayGetItem', arrayGetItem)
  defineGlobal('runtime.TVMTensorAllocWithScope', tensorAlloc)
  defineGlobal('runtime.TVMTensorCopyFromTo', tensorCopy)
  defineGlobal('runtime.TVMTensorCreateView', tensorView)
  defineGlobal('tvmjs.runtime.TensorCopyFromBytes', tensorFromBytes)
  defineGlobal('tvmjs.runtime.TensorCopyToBytes', tensorToBytes)
  defineGlobal('tvmjs.array.decode_storage', decodeStorage)
  defineGlobal('tvmjs.array.decode_bf16_to_f32_inplace', decodeBfloat16)
  defineGlobal('vm.builtin.tensor_cache.get', cacheGet)
  defineGlobal('vm.builtin.tensor_cache.update', cacheUpdate)
  defineGlobal('vm.builtin.tensor_cache.remove', cacheRemove)
  defineGlobal('vm.builtin.tensor_cache.clear', cacheClear)
}

function notHere(args: usize, count: i32, result: Any): void {
  raise('This model library does not have the function that was called: WebLLM 0.2.86 does not need it.')
}

export function newModule(args: usize, count: i32, result: Any): void {
  setObject(result, changetype<usize>(createObject<FfiObject>(TypeIndex.module)))
}

function systemLib(args: usize, count: i32, result: Any): void {
  newModule(args, count, result)
}

/** (module, name, with imports): all modules are the same one. None when there is no such function. */
function moduleGetFunction(args: usize, count: i32, result: Any): void {
  const func = findExport(textAt(args, 1))
  if (func != 0) setObject(result, func)
}

function makeShape(args: usize, count: i32, result: Any): void {
  const shape = createObject<Block>(TypeIndex.shape)
  shape.data = allocate((<usize>count) << 3)
  shape.size = count
  for (let i = 0; i < count; i++) store<i64>(shape.data + ((<usize>i) << 3), intAt(args, i))
  setObject(result, changetype<usize>(shape))
}

function makeArray(args: usize, count: i32, result: Any): void {
  const array = createArray(count)
  for (let i = 0; i < count; i++) own(argument(args, i), itemOf(array, i))
  setObject(result, changetype<usize>(array))
}

function arraySize(args: usize, count: i32, result: Any): void {
  setInt(result, arrayAt(args, 0).size)
}

function arrayGetItem(args: usize, count: i32, result: Any): void {
  const array = arrayAt(args, 0)
  const index = <i32>intAt(args, 1)
  if (index < 0 || index >= array.size) {
    raise(`Item ${index} of an array of ${array.size} does not exist.`)
    return
  }
  own(itemOf(array, index), result)
}

/** (shape, type's name, device, scope): the device's type is the low half of its bits. */
function tensorAlloc(args: usize, count: i32, result: Any): void {
  const shape = changetype<Block>(objectAt(args, 0))
  const deviceType = <i32>argument(args, 2).bits
  const tensor = createTensor(shape.data, shape.size, parseDType(textAt(args, 1)), deviceType)
  setObject(result, changetype<usize>(tensor))
}

function tensorCopy(args: usize, count: i32, result: Any): void {
  copyTensor(tensorAt(args, 0), tensorAt(args, 1))
}

function tensorView(args: usize, count: i32, result: Any): void {
  const view = createView(tensorAt(args, 0), changetype<Block>(objectAt(args, 1)), intAt(args, 3))
  setObject(result, changetype<usize>(view))
}

function tensorFromBytes(args: usize, count: i32, result: Any): void {
  const tensor = tensorAt(args, 0)
  memory.copy(tensor.data + <usize>tensor.byteOffset, bytesAddress(args, 1), bytesSize(args, 1))
}

function tensorToBytes(args: usize, count: i32, result: Any): void {
  const tensor = tensorAt(args, 0)
  const block = createBlock(TypeIndex.bytes, tensor.data + <usize>tensor.byteOffset, byteSize(tensor))
  setObject(result, changetype<usize>(block))
}

/** (tensor, bytes, format, type's name). */
function decodeStorage(args: usize, count: i32, result: Any): void {
  const tensor = tensorAt(args, 0)
  const isBfloat16 = textAt(args, 2) == 'f32-to-bf16' && tensor.dtype == DType.float32
  const expected = isBfloat16 ? elementCount(tensor) << 1 : byteSize(tensor)
  if (bytesSize(args, 1) != expected) {
    raise(`A stored tensor has ${bytesSize(args, 1)} bytes where its shape needs ${expected}.`)
    return
  }
  tensorFromBytes(args, count, result)
  if (isBfloat16) widenBfloat16(tensor)
}

function decodeBfloat16(args: usize, count: i32, result: Any): void {
  widenBfloat16(tensorAt(args, 0))
}

function cacheGet(args: usize, count: i32, result: Any): void {
  const tensor = cachedTensor(textAt(args, 0))
  if (tensor == 0) return
  retain(tensor)
  setObject(result, tensor)
}

function cacheUpdate(args: usize, count: i32, result: Any): void {
  cacheTensor(textAt(args, 0), objectAt(args, 1))
}

function cacheRemove(args: usize, count: i32, result: Any): void {
  removeCachedTensor(textAt(args, 0))
}

function cacheClear(args: usize, count: i32, result: Any): void {
  clearCachedTensors()
}
