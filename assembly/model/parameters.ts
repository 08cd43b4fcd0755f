// Which tensor is which: names as MLC has them, their place in the array that WebLLM hands to every function, and the
// bytes that they must have. After the model's own tensors come the adapter's A and B of every projection.
import { raise } from '../abi/errors'
import { newModule } from '../abi/globals'
import { Any, Block, DType, FfiArray, Tensor } from '../abi/layout'
import { createArray, itemOf, releaseAny, retain, setObject, tensorItem } from '../abi/objects'
import { cachedTensor } from '../abi/tensor-cache'
import { byteSize, createOnGpu } from '../abi/tensors'
import { arrayAt, textOf } from '../abi/values'
import {
  attentionBias,
  Format,
  format,
  headCount,
  headSize,
  hiddenSize,
  intermediateSize,
  isLlama,
  keyValueHeadCount,
  layerCount,
  queryKeyNorm,
  tiedHead,
  vocabularySize,
} from './config'

/** A weight matrix [outputs, inputs]; the members are places in the array of parameters, -1 where there is none. */
export class Matrix {
  weights: i32 = -1
  scales: i32 = -1
  bias: i32 = -1
  /** [slots, parts · rank, inputs] */
  loraA: i32 = -1
  /** [slots, outputs, rank] */
  loraB: i32 = -1
  /** Modules joined in it (q, k and v; gate and up), and the rows at which the second and the third begin. */
  parts: i32 = 1
  secondPart: i32 = i32.MAX_VALUE
  thirdPart: i32 = i32.MAX_VALUE
  constructor(
    public name: string,
    public outputs: i32,
    public inputs: i32,
  ) {}
}

export class Layer {
  inputNorm: i32 = -1
  queryNorm: i32 = -1
  keyNorm: i32 = -1
  feedForwardNorm: i32 = -1
  constructor(
    public queryKeyValue: Matrix,
    public output: Matrix,
    public gateUp: Matrix,
    public down: Matrix,
  ) {}
}

export const names: string[] = []
/** Bytes that each must have; -1 for the adapter's, which are reserved later. */
const sizes: i32[] = []
export const layers: Layer[] = []
/** Every matrix that an adapter may change. */
export const adapted: Matrix[] = []
let embeddingMatrix: Matrix | null = null
let headMatrix: Matrix | null = null
let finalNormIndex = -1

export function embedding(): Matrix {
  return embeddingMatrix!
}

export function head(): Matrix {
  return headMatrix!
}

export function finalNorm(): i32 {
  return finalNormIndex
}

export function planParameters(): void {
  const first = matrix('model.embed_tokens', vocabularySize(), hiddenSize())
  embeddingMatrix = first
  for (let i = 0; i < layerCount(); i++) layers.push(planLayer('model.layers.' + i.toString()))
  finalNormIndex = vector('model.norm.weight', hiddenSize())
  headMatrix = tiedHead() ? first : matrix('lm_head', vocabularySize(), hiddenSize())
  for (let i = 0; i < adapted.length; i++) {
    adapted[i].loraA = add(adapted[i].name + '.lora_A', -1)
    adapted[i].loraB = add(adapted[i].name + '.lora_B', -1)
  }
}

function planLayer(path: string): Layer {
  const queries = headCount() * headSize()
  const keys = keyValueHeadCount() * headSize()
  const fused = path + (isLlama() ? '.self_attn.qkv_proj' : '.self_attn.c_attn')
  const queryKeyValue = matrix(fused, queries + 2 * keys, hiddenSize())
  if (attentionBias()) queryKeyValue.bias = vector(fused + '.bias', queries + 2 * keys)
  queryKeyValue.parts = 3
  queryKeyValue.secondPart = queries
  queryKeyValue.thirdPart = queries + keys
  const output = matrix(path + '.self_attn.o_proj', hiddenSize(), queries)
  const gateUp = matrix(path + '.mlp.gate_up_proj', 2 * intermediateSize(), hiddenSize())
  gateUp.parts = 2
  gateUp.secondPart = intermediateSize()
  const down = matrix(path + '.mlp.down_proj', hiddenSize(), intermediateSize())
  const layer = new Layer(queryKeyValue, output, gateUp, down)
  layer.inputNorm = vector(path + '.input_layernorm.weight', hiddenSize())
  layer.feedForwardNorm = vector(path + '.post_attention_layernorm.weight', hiddenSize())
  if (queryKeyNorm()) {
    layer.queryNorm = vector(path + '.self_attn.q_norm.weight', headSize())
    layer.keyNorm = vector(path + '.self_attn.k_norm.weight', headSize())
  }
  adapted.push(queryKeyValue)
  adapted.push(output)
  adapted.push(gateUp)
  adapted.push(down)
  return layer
}

function add(name: string, bytes: i32): i32 {
  names.push(name)
  sizes.push(bytes)
  return names.length - 1
}

function vector(name: string, size: i32): i32 {
  return add(name, size * (isHalf() ? 2 : 4))
}

function matrix(name: string, outputs: i32, inputs: i32): Matrix {
  const made = new Matrix(name, outputs, inputs)
  if (format() == Format.q0f32 || format() == Format.q0f16) {
    made.weights = add(name + '.weight', outputs * inputs * (isHalf() ? 2 : 4))
    return made
  }
  const groups = (inputs + 31) / 32
  made.weights = add(name + '.q_weight', outputs * groups * 16)
  made.scales = add(name + '.q_scale', outputs * groups * (isHalf() ? 2 : 4))
  return made
}

function isHalf(): bool {
  return format() == Format.q0f16 || format() == Format.q4f16_1
}

let parameters: usize = 0

/** (names as an array of texts) → a module whose `get_params` gives the tensors in that order. */
export function parametersByName(args: usize, count: i32, result: Any): void {
  const wanted = arrayAt(args, 0)
  const array = createArray(wanted.size)
  parameters = changetype<usize>(array)
  for (let i = 0; i < wanted.size; i++) {
    const tensor = parameterTensor(textOf(itemOf(wanted, i)), sizes[i])
    if (tensor == 0) return
    setObject(itemOf(array, i), tensor)
  }
  newModule(args, count, result)
}

function parameterTensor(name: string, bytes: i32): usize {
  // The smallest that can be bound: nothing is reserved for an adapter before there is one.
  if (bytes == -1) return changetype<usize>(createOnGpu(DType.float32, 1, 4))
  const tensor = cachedTensor(name)
  if (tensor == 0) {
    raise(
      `The model has no tensor ${name}. Its mlc-chat-config.json and its tensor-cache.json do not fit together.`,
    )
    return 0
  }
  const found = byteSize(changetype<Tensor>(tensor))
  if (found != bytes) {
    raise(`Tensor ${name} has ${found} bytes where the model's configuration needs ${bytes}.`)
    return 0
  }
  retain(tensor)
  return tensor
}

export function getParameters(args: usize, count: i32, result: Any): void {
  retain(parameters)
  setObject(result, parameters)
}

export function parameter(parameters: FfiArray, index: i32): Tensor {
  return tensorItem(parameters, index)
}

export function replaceParameter(parameters: FfiArray, index: i32, tensor: Tensor): void {
  const item = itemOf(parameters, index)
  releaseAny(item)
  setObject(item, changetype<usize>(tensor))
}
