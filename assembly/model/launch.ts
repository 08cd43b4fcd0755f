// Kernels by number: their texts for JavaScript to compile, the functions that come back, and their calls. Arguments
// are buffers in the order of the bindings, then the numbers of `Pods`, then the size of the grid.
import {
  kernelBodies,
  kernelCount,
  kernelInfos,
  kernelNames,
  usesVectors,
  usesWeights,
  vectorTexts,
  weightTexts,
} from '../build/kernels'
import { raise } from '../abi/errors'
import { call } from '../abi/functions'
import { Any, anyBytes, Tensor, TypeIndex } from '../abi/layout'
import { createText, retain, setObject } from '../abi/objects'
import { argument, objectAt, textAt } from '../abi/values'
import { format } from './config'

const compiled = new StaticArray<usize>(kernelCount)
const args = memory.data(512)
const result = memory.data(16)
let count = 0

export function bind(tensor: Tensor): void {
  set(TypeIndex.pointer, tensor.data)
}

export function passInt(value: i32): void {
  set(TypeIndex.int, value)
}

export function passFloat(value: f64): void {
  set(TypeIndex.float, reinterpret<i64>(value))
}

/** `x` by `y` workgroups. */
export function launch(kernel: i32, x: i32, y: i32): void {
  passInt(x)
  passInt(y)
  memory.fill(result, 0, anyBytes)
  call(compiled[kernel], args, count, result)
  count = 0
}

function set(typeIndex: i32, bits: i64): void {
  const any = argument(args, count++)
  any.typeIndex = typeIndex
  any.padding = 0
  any.bits = bits
}

export function getKernelMap(args: usize, count: i32, result: Any): void {
  let json = '{'
  for (let i = 0; i < kernelCount; i++) json += (i > 0 ? ',"' : '"') + kernelNames[i] + '":' + kernelInfos[i]
  setObject(result, changetype<usize>(createText(json + '}')))
}

/** (name) → WGSL, for the format of this model's weights. */
export function getKernelText(args: usize, count: i32, result: Any): void {
  const kernel = kernelNames.indexOf(textAt(args, 0))
  if (kernel < 0) return raise('No kernel ' + textAt(args, 0))
  const weights = usesWeights[kernel] ? weightTexts[format()] : ''
  const vectors = usesVectors[kernel] ? vectorTexts[format()] : ''
  setObject(result, changetype<usize>(createText(weights + vectors + kernelBodies[kernel])))
}

/** (name, function) */
export function setKernel(args: usize, count: i32, result: Any): void {
  const kernel = kernelNames.indexOf(textAt(args, 0))
  if (kernel < 0) return raise('No kernel ' + textAt(args, 0))
  const func = objectAt(args, 1)
  retain(func)
  compiled[kernel] = func
}
