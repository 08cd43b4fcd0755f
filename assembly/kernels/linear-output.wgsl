// What the linear kernels share: their arguments, the adapter, and the end of an output number.
@group(0) @binding(2) var<storage, read> input: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<Vector4>;
@group(0) @binding(4) var<storage, read> projected: array<f32>;
@group(0) @binding(5) var<storage, read> lora_b: array<f32>;
@group(0) @binding(6) var<storage, read_write> output: array<f32>;
struct Pods {
  rows: i32,
  outputs: i32,
  columns4: i32,
  has_bias: i32,
  // 1 adds to what stands in `output` (the residual stream).
  accumulate: i32,
  // 0 switches the adapter off.
  rank: i32,
  // Modules fused in this matrix, and the output rows at which the second and the third begin.
  parts: i32,
  second_part: i32,
  third_part: i32,
  // Where the slot's B begins.
  b_start: i32,
  grid: u32,
}
@group(0) @binding(7) var<uniform> pods: Pods;

// Adds every `lanes`-th term of B * projected, from `lane` on.
fn with_adapter_lane(product: f32, row: u32, n: u32, lane: u32, lanes: u32) -> f32 {
  let rank = u32(pods.rank);
  let part = u32(n >= u32(pods.second_part)) + u32(n >= u32(pods.third_part));
  let from_a = (row * u32(pods.parts) + part) * rank;
  var value = product;
  for (var k = lane; k < rank; k += lanes) {
    value += lora_b[u32(pods.b_start) + n * rank + k] * projected[from_a + k];
  }
  return value;
}

fn with_adapter(product: f32, row: u32, n: u32) -> f32 {
  return with_adapter_lane(product, row, n, 0u, 1u);
}

// Bias and residual stream on top.
fn store_output(product: f32, row: u32, n: u32) {
  let at = row * u32(pods.outputs) + n;
  var value = product;
  if (pods.has_bias == 1) { value += vector4(bias[n / 4u])[n % 4u]; }
  if (pods.accumulate == 1) { value += output[at]; }
  output[at] = value;
}
