// Tensors: dense, row-major, on the CPU or the GPU; views share their owner's memory.
import { allocateOnDevice, allocateZeros, copyFromDevice, copyToDevice, copyWithinDevice } from './device'
import { Block, DeviceType, DType, Tensor, TypeIndex } from './layout'
import { allocate, createObject, retain } from './objects'

export function elementCount(tensor: Tensor): i32 {
  let count = 1
  for (let i = 0; i < tensor.rank; i++) count *= dimension(tensor, i)
  return count
}

export function dimension(tensor: Tensor, index: i32): i32 {
  return <i32>load<i64>(tensor.shape + ((<usize>index) << 3))
}

export function byteSize(tensor: Tensor): i32 {
  return elementCount(tensor) * bytesPerElement(tensor.dtype)
}

function bytesPerElement(dtype: DType): i32 {
  return (((<i32>dtype) >> 8) & 0xff) >> 3
}

/** `shape` is copied. */
export function createTensor(shape: usize, rank: i32, dtype: DType, deviceType: i32): Tensor {
  const tensor = createObject<Tensor>(TypeIndex.tensor)
  tensor.deviceType = deviceType
  tensor.rank = rank
  tensor.dtype = dtype
  tensor.shape = allocate((<usize>rank) << 3)
  memory.copy(tensor.shape, shape, (<usize>rank) << 3)
  const bytes = byteSize(tensor)
  tensor.data = deviceType == DeviceType.webgpu ? allocateOnDevice(bytes) : heap.alloc(max(bytes, 8))
  return tensor
}

const dimensions = memory.data(24)

/** On the GPU; its contents are undefined. */
export function createOnGpu(dtype: DType, rank: i32, first: i32, second: i32 = 1, third: i32 = 1): Tensor {
  store<i64>(dimensions, first)
  store<i64>(dimensions + 8, second)
  store<i64>(dimensions + 16, third)
  return createTensor(dimensions, rank, dtype, DeviceType.webgpu)
}

/** On the GPU, all zero. */
export function createZeros(first: i32, second: i32, third: i32): Tensor {
  const tensor = createObject<Tensor>(TypeIndex.tensor)
  tensor.deviceType = DeviceType.webgpu
  tensor.rank = 3
  tensor.dtype = DType.float32
  tensor.shape = allocate(24)
  store<i64>(tensor.shape, first)
  store<i64>(tensor.shape + 8, second)
  store<i64>(tensor.shape + 16, third)
  tensor.data = allocateZeros(byteSize(tensor))
  return tensor
}

export function createView(owner: Tensor, shape: Block, byteOffset: i64): Tensor {
  const view = createObject<Tensor>(TypeIndex.tensor)
  view.data = owner.data
  view.deviceType = owner.deviceType
  view.deviceId = owner.deviceId
  view.rank = shape.size
  view.dtype = owner.dtype
  view.shape = allocate((<usize>shape.size) << 3)
  memory.copy(view.shape, shape.data, (<usize>shape.size) << 3)
  view.byteOffset = owner.byteOffset + byteOffset
  view.base = changetype<usize>(owner)
  retain(view.base)
  return view
}

export function copyTensor(source: Tensor, target: Tensor): void {
  const bytes = byteSize(source)
  const fromCpu = source.deviceType == DeviceType.cpu
  const toCpu = target.deviceType == DeviceType.cpu
  const cpuSource = source.data + <usize>source.byteOffset
  const cpuTarget = target.data + <usize>target.byteOffset
  if (fromCpu && toCpu) memory.copy(cpuTarget, cpuSource, bytes)
  else if (fromCpu) copyToDevice(cpuSource, target.data, target.byteOffset, bytes)
  else if (toCpu) copyFromDevice(source.data, source.byteOffset, cpuTarget, bytes)
  else copyWithinDevice(source.data, source.byteOffset, target.data, target.byteOffset, bytes)
}

export function parseDType(name: string): DType {
  if (name == 'float32') return DType.float32
  if (name == 'float16') return DType.float16
  if (name == 'int32') return DType.int32
  if (name == 'uint32') return DType.uint32
  return DType.uint8
}

/** Widens bfloat16 at the start of a float32 tensor's own memory, from the end backwards. */
export function widenBfloat16(tensor: Tensor): void {
  const data = tensor.data + <usize>tensor.byteOffset
  for (let i = elementCount(tensor) - 1; i >= 0; i--)
    store<u32>(data + ((<usize>i) << 2), (<u32>load<u16>(data + ((<usize>i) << 1))) << 16)
}
