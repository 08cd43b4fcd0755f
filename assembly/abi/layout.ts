// Structures of the tvm-ffi C interface as they lie in memory, and the numbers of its types. tvmjs 0.28-dev0 (inside
// WebLLM 0.2.86) reads and writes them directly, so every offset here is part of the interface.

export const enum TypeIndex {
  none = 0,
  int = 1,
  float = 3,
  pointer = 4,
  rawText = 8,
  byteArray = 9,
  /** From here on values are objects with a reference count. */
  firstObject = 64,
  text = 65,
  bytes = 66,
  func = 68,
  shape = 69,
  tensor = 70,
  array = 71,
  module = 73,
  /** Ours: WebLLM passes it around and never looks inside. */
  cache = 128,
}

export const enum DeviceType {
  cpu = 1,
  webgpu = 15,
}

/** A DLDataType: code, bits, lanes. */
export const enum DType {
  float32 = 0x00012002,
  float16 = 0x00011002,
  int32 = 0x00012000,
  uint32 = 0x00012001,
  uint8 = 0x00010801,
}

/** A value with its type: an argument, a result, an array's item. */
@unmanaged
export class Any {
  typeIndex: i32
  padding: i32
  bits: u64
}

export const anyBytes: usize = 16

@unmanaged
export class FfiObject {
  references: i32
  weakReferences: i32
  typeIndex: i32
  padding: i32
  deleter: u64
}

/** Text, bytes or a shape: `size` bytes (of a shape: numbers of 8 bytes) at `data`. */
@unmanaged
export class Block extends FfiObject {
  data: usize
  size: i32
}

/** A list of `Any`. */
@unmanaged
export class FfiArray extends FfiObject {
  data: usize
  size: i32
}

@unmanaged
export class Tensor extends FfiObject {
  /** An address for the CPU, a number of tvmjs's buffer table for the GPU. */
  data: usize
  deviceType: i32
  deviceId: i32
  rank: i32
  dtype: DType
  /** `rank` numbers of 8 bytes, owned. */
  shape: usize
  strides: usize
  byteOffset: i64
  /** The tensor that owns `data`; null when this one does. */
  base: usize
}

/** A function of JavaScript (`native` is null) or of this library. */
@unmanaged
export class Func extends FfiObject {
  jsIndex: usize
  /** Index in the table of functions. */
  native: usize
}
