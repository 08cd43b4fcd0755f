// The adapter's side of the model: A and B of every projection are parameters like the others, in slots of which at
// most one is active. Slot 0 is none: the kernels then skip the term, so that the model is the base model bit for bit.
import { raise } from '../abi/errors'
import { Any } from '../abi/layout'
import { createZeros } from '../abi/tensors'
import { arrayAt, floatAt, intAt } from '../abi/values'
import { adapted, Matrix, replaceParameter } from './parameters'

const maximumRank = 64

let slots = 0
let reservedRank = 0
let active = 0
let scale: f64 = 0

/** Rank of the active adapter; 0 when there is none. */
export function activeRank(): i32 {
  return active > 0 ? reservedRank : 0
}

export function activeScale(): f64 {
  return scale
}

/** Numbers of A (all parts) that one row of activations gives. */
export function projections(matrix: Matrix): i32 {
  return matrix.parts * activeRank()
}

/** Where the active slot's A begins, in groups of four numbers. */
export function startOfA(matrix: Matrix): i32 {
  return active > 0 ? ((active - 1) * projections(matrix) * matrix.inputs) / 4 : 0
}

export function startOfB(matrix: Matrix): i32 {
  return active > 0 ? (active - 1) * matrix.outputs * activeRank() : 0
}

/** (parameters, slots, rank): makes room, all zeros; what the slots held is gone and none is active. */
export function reserve(args: usize, count: i32, result: Any): void {
  const parameters = arrayAt(args, 0)
  const newSlots = <i32>intAt(args, 1)
  const rank = <i32>intAt(args, 2)
  if (newSlots < 1 || rank < 1 || rank > maximumRank)
    return raise(
      `No room for ${newSlots} adapters of rank ${rank}: this library takes ranks from 1 to ${maximumRank}.`,
    )
  active = 0
  slots = newSlots
  reservedRank = rank
  for (let i = 0; i < adapted.length; i++) {
    const matrix = adapted[i]
    const a = createZeros(slots, matrix.parts * rank, matrix.inputs)
    replaceParameter(parameters, matrix.loraA, a)
    const b = createZeros(slots, matrix.outputs, rank)
    replaceParameter(parameters, matrix.loraB, b)
  }
}

/** (slot, alpha / rank) */
export function select(args: usize, count: i32, result: Any): void {
  const slot = <i32>intAt(args, 0)
  if (slot < 0 || slot > slots) return raise(`There is no adapter slot ${slot}; ${slots} are reserved.`)
  active = slot
  scale = floatAt(args, 1)
}
