// Function objects, and the two tables in which JavaScript looks them up by name: the runtime's globals and the model
// library's own functions. One library instance serves one model, so that both are plain module state.
import { TVMFFIWasmSafeCall } from '../env'
import { failed, raise } from './errors'
import { Any, Func, TypeIndex } from './layout'
import { createObject, release, retain } from './objects'

export type Native = (args: usize, count: i32, result: Any) => void

const globals = new Map<string, usize>()
const exported = new Map<string, usize>()

export function createJsFunction(jsIndex: usize): Func {
  const func = createObject<Func>(TypeIndex.func)
  func.jsIndex = jsIndex
  return func
}

function createNative(native: Native): Func {
  const func = createObject<Func>(TypeIndex.func)
  // The index in the function table, plus one: null stands for JavaScript.
  func.native = <usize>native.index + 1
  return func
}

export function defineGlobal(name: string, native: Native): void {
  globals.set(name, changetype<usize>(createNative(native)))
}

export function defineExport(name: string, native: Native): void {
  exported.set(name, changetype<usize>(createNative(native)))
}

/** JavaScript registers a function under a name, over an older one if there is one. */
export function setGlobal(name: string, func: usize): void {
  if (globals.has(name)) release(globals.get(name))
  retain(func)
  globals.set(name, func)
}

/** Null when there is none; the caller gets a reference. */
export function findGlobal(name: string): usize {
  return find(globals, name)
}

export function findExport(name: string): usize {
  return find(exported, name)
}

function find(table: Map<string, usize>, name: string): usize {
  if (!table.has(name)) return 0
  const func = table.get(name)
  retain(func)
  return func
}

/** False when it failed; then an error is pending. */
export function call(func: usize, args: usize, count: i32, result: usize): bool {
  const target = changetype<Func>(func)
  if (target.native == 0) {
    if (TVMFFIWasmSafeCall(target.jsIndex, args, count, result) == 0) return true
    raise('A JavaScript callback failed.')
    return false
  }
  call_indirect<void>(<u32>(target.native - 1), args, count, changetype<Any>(result))
  return !failed()
}
