// output = W * input + bias + B * projected, for one row or a few of a narrow matrix: one thread per output number,
// and no barrier, which costs more than it saves where a row of W is short.
// uses weights
// uses vectors
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

@compute @workgroup_size(64)
fn linear_narrow(@builtin(global_invocation_id) thread: vec3u) {
  let columns4 = u32(pods.columns4);
  let outputs = u32(pods.outputs);
  let n = thread.x;
  let row = thread.y;
  if (n >= outputs) { return; }
  var products = vec4f(0.0);
  for (var i = 0u; i < columns4; i++) { products += weight4(n, i, columns4) * input[row * columns4 + i]; }
  var value = products.x + products.y + products.z + products.w;
  let rank = u32(pods.rank);
  let part = u32(n >= u32(pods.second_part)) + u32(n >= u32(pods.third_part));
  let from_a = (row * u32(pods.parts) + part) * rank;
  for (var k = 0u; k < rank; k++) {
    value += lora_b[u32(pods.b_start) + n * rank + k] * projected[from_a + k];
  }
  if (pods.has_bias == 1) { value += vector4(bias[n / 4u])[n % 4u]; }
  if (pods.accumulate == 1) { value += output[row * outputs + n]; }
  output[row * outputs + n] = value;
}
