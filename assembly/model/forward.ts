// The forward pass: at most ten dispatches per layer, whatever the number of rows. The embeddings that come in are the
// residual stream and are changed in place; nobody reads them afterwards.
import { Kernel } from '../build/kernels'
import { Any, DType, FfiArray, Tensor } from '../abi/layout'
import { createArray, itemOf, retain, setObject } from '../abi/objects'
import { createOnGpu, elementCount } from '../abi/tensors'
import { arrayAt, objectAt, tensorAt } from '../abi/values'
import { Buffer, buffer, contextCapacity, filledLength, keysAndValues } from './cache'
import {
  headCount,
  headSize,
  hiddenSize,
  intermediateSize,
  keyValueHeadCount,
  normEpsilon,
  queryKeyNorm,
  softwareDevice,
  vocabularySize,
} from './config'
import { bind, launch, passFloat, passInt } from './launch'
import { activeRank, activeScale, projections, startOfA, startOfB } from './lora'
import { embedding, finalNorm, head, Layer, layers, Matrix, parameter } from './parameters'

/** From so many rows on a tile of the matrix is worth loading once for all of them. */
const tileRows = 8
const tileRowsInSoftware = 32
/** Up to here a row of the matrix is read by one thread, without barriers; a wider one by sixteen. */
const narrowInputs = 256

/** (token ids, parameters) → [tokens, hidden] */
export function embed(args: usize, count: i32, result: Any): void {
  const ids = tensorAt(args, 0)
  const parameters = arrayAt(args, 1)
  const rows = elementCount(ids)
  const hidden = createOnGpu(DType.float32, 2, rows, hiddenSize())
  bindMatrix(parameters, embedding())
  bind(ids)
  bind(hidden)
  passInt(rows)
  passInt(hiddenSize() / 4)
  launch(Kernel.embed, (rows * (hiddenSize() / 4) + 63) / 64, 1)
  setObject(result, changetype<usize>(hidden))
}

/** (embeddings [1, tokens, hidden], cache, parameters) → [logits of the last token [1, 1, vocabulary], cache] */
export function lastLogits(args: usize, count: i32, result: Any): void {
  const hidden = tensorAt(args, 0)
  const parameters = arrayAt(args, 2)
  const rows = forwardLayers(hidden, parameters)
  const logits = createOnGpu(DType.float32, 3, 1, 1, vocabularySize())
  normRows(parameters, hidden, finalNorm(), rows - 1, 1, null)
  linear(parameters, head(), buffer(Buffer.normed), logits, 1, false, false)
  const cache = objectAt(args, 1)
  retain(cache)
  const both = createArray(2)
  setObject(itemOf(both, 0), changetype<usize>(logits))
  setObject(itemOf(both, 1), cache)
  setObject(result, changetype<usize>(both))
}

/** Runs all layers over the rows of the residual stream and gives their number. */
export function forwardLayers(hidden: Tensor, parameters: FfiArray): i32 {
  const rows = elementCount(hidden) / hiddenSize()
  for (let i = 0; i < layers.length; i++) forwardLayer(hidden, parameters, layers[i], i, rows)
  return rows
}

function forwardLayer(hidden: Tensor, parameters: FfiArray, layer: Layer, index: i32, rows: i32): void {
  normRows(parameters, hidden, layer.inputNorm, 0, rows, layer.queryKeyValue)
  linear(
    parameters,
    layer.queryKeyValue,
    buffer(Buffer.normed),
    buffer(Buffer.queryKeyValue),
    rows,
    false,
    true,
  )
  ropeAndAppend(parameters, layer, index, rows)
  attend(index, rows)
  if (activeRank() > 0) project(parameters, buffer(Buffer.attended), layer.output, rows)
  linear(parameters, layer.output, buffer(Buffer.attended), hidden, rows, true, true)
  normRows(parameters, hidden, layer.feedForwardNorm, 0, rows, layer.gateUp)
  linear(parameters, layer.gateUp, buffer(Buffer.normed), buffer(Buffer.gateUp), rows, false, true)
  activate(parameters, layer.down, rows)
  linear(parameters, layer.down, buffer(Buffer.activated), hidden, rows, true, true)
}

/** Norm of `rows` rows from `firstRow` on, and A of the projection that reads them (null: no adapter there). */
export function normRows(
  parameters: FfiArray,
  hidden: Tensor,
  norm: i32,
  firstRow: i32,
  rows: i32,
  reader: Matrix | null,
): void {
  bind(hidden)
  bind(parameter(parameters, norm))
  bind(reader === null ? parameter(parameters, norm) : parameter(parameters, reader.loraA))
  bind(buffer(Buffer.normed))
  bind(buffer(Buffer.projected))
  passInt(firstRow)
  passInt(hiddenSize() / 4)
  passFloat(normEpsilon())
  passInt(reader === null ? 0 : projections(reader))
  passInt(reader === null ? 0 : startOfA(reader))
  passFloat(activeScale())
  launch(Kernel.norm_project, rows, 1)
}

function project(parameters: FfiArray, input: Tensor, reader: Matrix, rows: i32): void {
  bind(input)
  bind(parameter(parameters, reader.loraA))
  bind(buffer(Buffer.projected))
  passInt(reader.inputs / 4)
  passInt(projections(reader))
  passInt(startOfA(reader))
  passFloat(activeScale())
  launch(Kernel.project, (projections(reader) + 3) / 4, rows)
}

/** output = W input + bias + B projected, or added to what stands there. */
export function linear(
  parameters: FfiArray,
  matrix: Matrix,
  input: Tensor,
  output: Tensor,
  rows: i32,
  accumulate: bool,
  adaptable: bool,
): void {
  const weights = parameter(parameters, matrix.weights)
  bindMatrix(parameters, matrix)
  bind(input)
  bind(matrix.bias < 0 ? weights : parameter(parameters, matrix.bias))
  bind(buffer(Buffer.projected))
  bind(adaptable ? parameter(parameters, matrix.loraB) : weights)
  bind(output)
  passInt(rows)
  passInt(matrix.outputs)
  passInt(matrix.inputs / 4)
  passInt(matrix.bias < 0 ? 0 : 1)
  passInt(accumulate ? 1 : 0)
  passInt(adaptable ? activeRank() : 0)
  passInt(matrix.parts)
  passInt(matrix.secondPart)
  passInt(matrix.thirdPart)
  passInt(adaptable ? startOfB(matrix) : 0)
  if (rows >= (softwareDevice() ? tileRowsInSoftware : tileRows))
    launch(Kernel.linear_tile, (matrix.outputs + 31) / 32, (rows + 31) / 32)
  else if (softwareDevice() || matrix.inputs <= narrowInputs)
    launch(Kernel.linear_narrow, (matrix.outputs + 63) / 64, rows)
  else launch(Kernel.linear_row, (matrix.outputs + 3) / 4, rows)
}

function ropeAndAppend(parameters: FfiArray, layer: Layer, index: i32, rows: i32): void {
  const angles = buffer(Buffer.angles)
  bind(queryKeyNorm() ? parameter(parameters, layer.queryNorm) : angles)
  bind(queryKeyNorm() ? parameter(parameters, layer.keyNorm) : angles)
  bind(angles)
  bind(buffer(Buffer.queryKeyValue))
  bind(keysAndValues(index))
  passInt(headSize())
  passInt(headCount())
  passInt(keyValueHeadCount())
  passInt(filledLength())
  passInt(contextCapacity())
  passInt(queryKeyNorm() ? 1 : 0)
  passFloat(normEpsilon())
  launch(Kernel.rope_append, headCount() + 2 * keyValueHeadCount(), rows)
}

function attend(index: i32, rows: i32): void {
  bind(buffer(Buffer.queryKeyValue))
  bind(keysAndValues(index))
  bind(buffer(Buffer.attended))
  passInt(headSize() / 4)
  passInt(headCount())
  passInt(keyValueHeadCount())
  passInt(filledLength())
  passInt(contextCapacity())
  launch(Kernel.attention, headCount(), rows)
}

function activate(parameters: FfiArray, reader: Matrix, rows: i32): void {
  bind(buffer(Buffer.gateUp))
  bind(parameter(parameters, reader.loraA))
  bind(buffer(Buffer.activated))
  bind(buffer(Buffer.projected))
  passInt(intermediateSize() / 4)
  passInt(projections(reader))
  passInt(startOfA(reader))
  passFloat(activeScale())
  launch(Kernel.swiglu_project, rows, 1)
}

/** Weights and scales; a format without scales gets the weights twice, which its kernels do not read. */
function bindMatrix(parameters: FfiArray, matrix: Matrix): void {
  bind(parameter(parameters, matrix.weights))
  bind(parameter(parameters, matrix.scales < 0 ? matrix.weights : matrix.scales))
}
