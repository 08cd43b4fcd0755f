// output = W * input + bias + B * projected, for one row or a few: sixteen lanes share one output number.
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

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn linear_row(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let columns4 = u32(pods.columns4);
  let outputs = u32(pods.outputs);
  let lane = thread % 16u;
  let row = group.y;
  let n = group.x * 4u + thread / 16u;
  var sum = 0.0;
  if (n < outputs) {
    for (var i = lane; i < columns4; i += 16u) {
      sum += dot(weight4(n, i, columns4), input[row * columns4 + i]);
    }
    let rank = u32(pods.rank);
    let part = u32(n >= u32(pods.second_part)) + u32(n >= u32(pods.third_part));
    let from_a = (row * u32(pods.parts) + part) * rank;
    for (var k = lane; k < rank; k += 16u) {
      sum += lora_b[u32(pods.b_start) + n * rank + k] * projected[from_a + k];
    }
  }
  partial[thread] = sum;
  workgroupBarrier();
  for (var step = 8u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[thread] += partial[thread + step]; }
    workgroupBarrier();
  }
  if (lane > 0u || n >= outputs) { return; }
  var value = partial[thread];
  if (pods.has_bias == 1) { value += vector4(bias[n / 4u])[n % 4u]; }
  if (pods.accumulate == 1) { value += output[row * outputs + n]; }
  output[row * outputs + n] = value;
}
