// The C functions that tvmjs expects of a model library, and nothing else: what they do is in abi/, what the model
// computes in model/. Compiled by scripts/model-library.mjs. Own code; docs/decisions/0007 says why it exists.
import { raiseCString, takeError } from './abi/errors'
import { call, createJsFunction, findGlobal, setGlobal } from './abi/functions'
import { defineGlobals } from './abi/globals'
import { Any, TypeIndex } from './abi/layout'
import { allocate, release, retain } from './abi/objects'
import { own } from './abi/values'
import { defineModel } from './model/functions'

export function _initialize(): void {
  defineGlobals()
  defineModel()
}

export function TVMWasmAllocSpace(bytes: i32): usize {
  return allocate(bytes)
}

export function TVMWasmFreeSpace(address: usize): void {
  if (address != 0) heap.free(address)
}

export function TVMFFIWasmGetLastError(): usize {
  return takeError()
}

export function TVMFFIErrorSetRaisedFromCStr(kind: usize, text: usize): void {
  raiseCString(text)
}

export function TVMFFIObjectIncRef(object: usize): i32 {
  retain(object)
  return 0
}

export function TVMFFIObjectDecRef(object: usize): i32 {
  release(object)
  return 0
}

export function TVMFFIAnyViewToOwnedAny(view: usize, owned: usize): i32 {
  own(changetype<Any>(view), changetype<Any>(owned))
  return 0
}

export function TVMFFIWasmFunctionCreate(jsIndex: usize, result: usize): i32 {
  store<usize>(result, changetype<usize>(createJsFunction(jsIndex)))
  return 0
}

export function TVMFFIFunctionSetGlobal(name: usize, func: usize, replace: i32): i32 {
  setGlobal(nameOf(name), func)
  return 0
}

export function TVMFFIFunctionGetGlobal(name: usize, result: usize): i32 {
  store<usize>(result, findGlobal(nameOf(name)))
  return 0
}

export function TVMFFIFunctionCall(func: usize, args: usize, count: i32, result: usize): i32 {
  return call(func, args, count, result) ? 0 : -1
}

/** tvmjs asks for the two kinds of object that it wraps. */
export function TVMFFITypeKeyToIndex(key: usize, result: usize): i32 {
  store<i32>(result, nameOf(key) == 'ffi.Array' ? TypeIndex.array : TypeIndex.module)
  return 0
}

export function TVMFFIGetTypeInfo(typeIndex: i32): usize {
  return 0
}

/** Only for values of type DataType, which this library never returns. */
export function TVMFFIDataTypeToString(dtype: usize, result: usize): i32 {
  return -1
}

/** A byte array: address and size. */
function nameOf(byteArray: usize): string {
  return String.UTF8.decodeUnsafe(load<usize>(byteArray), load<i32>(byteArray + 4))
}
