// Arguments and results of packed calls.
import { lengthOf } from './errors'
import { Any, anyBytes, Block, FfiArray, Tensor, TypeIndex } from './layout'
import { createBlock, retain, setObject } from './objects'

export function argument(args: usize, index: i32): Any {
  return changetype<Any>(args + <usize>index * anyBytes)
}

export function objectAt(args: usize, index: i32): usize {
  return <usize>argument(args, index).bits
}

export function tensorAt(args: usize, index: i32): Tensor {
  return changetype<Tensor>(objectAt(args, index))
}

export function arrayAt(args: usize, index: i32): FfiArray {
  return changetype<FfiArray>(objectAt(args, index))
}

/** JavaScript passes numbers as floats unless it says otherwise. */
export function intAt(args: usize, index: i32): i64 {
  const any = argument(args, index)
  return any.typeIndex == TypeIndex.float ? <i64>reinterpret<f64>(any.bits) : <i64>any.bits
}

export function floatAt(args: usize, index: i32): f64 {
  const any = argument(args, index)
  return any.typeIndex == TypeIndex.float ? reinterpret<f64>(any.bits) : <f64>(<i64>any.bits)
}

export function textAt(args: usize, index: i32): string {
  return textOf(argument(args, index))
}

export function textOf(any: Any): string {
  const address = <usize>any.bits
  if (any.typeIndex == TypeIndex.rawText) return String.UTF8.decodeUnsafe(address, lengthOf(address))
  const block = changetype<Block>(address)
  return String.UTF8.decodeUnsafe(block.data, block.size)
}

/** Number `index` of a shape. */
export function dimensionAt(args: usize, index: i32, dimension: i32): i32 {
  const shape = changetype<Block>(objectAt(args, index))
  return <i32>load<i64>(shape.data + ((<usize>dimension) << 3))
}

/** A byte array as JavaScript passes it: address and size. */
export function bytesAddress(args: usize, index: i32): usize {
  return load<usize>(objectAt(args, index))
}

export function bytesSize(args: usize, index: i32): i32 {
  return load<i32>(objectAt(args, index) + 4)
}

export function setInt(any: Any, value: i64): void {
  any.typeIndex = TypeIndex.int
  any.padding = 0
  any.bits = value
}

/** A borrowed value made one's own: texts and bytes are copied, objects get one more reference. */
export function own(view: Any, owned: Any): void {
  const address = <usize>view.bits
  if (view.typeIndex == TypeIndex.rawText) {
    const text = createBlock(TypeIndex.text, address, lengthOf(address))
    setObject(owned, changetype<usize>(text))
  } else if (view.typeIndex == TypeIndex.byteArray) {
    const block = createBlock(TypeIndex.bytes, load<usize>(address), load<i32>(address + 4))
    setObject(owned, changetype<usize>(block))
  } else {
    const typeIndex = view.typeIndex
    if (typeIndex >= TypeIndex.firstObject) retain(address)
    owned.bits = view.bits
    owned.padding = view.padding
    owned.typeIndex = typeIndex
  }
}
