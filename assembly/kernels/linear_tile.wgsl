// output = W * input + bias + B * projected, for many rows: tiles of 32 rows by 32 outputs, 16 columns at a time in
// workgroup memory, and 4 by 4 numbers a thread.
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

const tile = 32u;
const depth4 = 4u;

var<workgroup> tile_input: array<vec4f, 128>;
var<workgroup> tile_weights: array<vec4f, 128>;

@compute @workgroup_size(64)
fn linear_tile(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let columns4 = u32(pods.columns4);
  let outputs = u32(pods.outputs);
  let rows = u32(pods.rows);
  let row = group.y * tile + 4u * (thread / 8u);
  let n = group.x * tile + 4u * (thread % 8u);
  var sums: array<vec4f, 4>;
  for (var start = 0u; start < columns4; start += depth4) {
    for (var k = thread; k < tile * depth4; k += 64u) {
      let column4 = start + k % depth4;
      let tile_row = group.y * tile + k / depth4;
      let tile_n = group.x * tile + k / depth4;
      tile_input[k] = vec4f(0.0);
      tile_weights[k] = vec4f(0.0);
      if (column4 < columns4 && tile_row < rows) { tile_input[k] = input[tile_row * columns4 + column4]; }
      if (column4 < columns4 && tile_n < outputs) { tile_weights[k] = weight4(tile_n, column4, columns4); }
    }
    workgroupBarrier();
    for (var k = 0u; k < depth4; k++) {
      let w = 4u * (thread % 8u) * depth4 + k;
      for (var i = 0u; i < 4u; i++) {
        let x = tile_input[(4u * (thread / 8u) + i) * depth4 + k];
        sums[i] += vec4f(
          dot(x, tile_weights[w]),
          dot(x, tile_weights[w + depth4]),
          dot(x, tile_weights[w + 2u * depth4]),
          dot(x, tile_weights[w + 3u * depth4]),
        );
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) { finish(row + i, n + j, sums[i][j]); }
  }
}

fn finish(row: u32, n: u32, product: f32) {
  let outputs = u32(pods.outputs);
  if (row >= u32(pods.rows) || n >= outputs) { return; }
  let rank = u32(pods.rank);
  let part = u32(n >= u32(pods.second_part)) + u32(n >= u32(pods.third_part));
  let from_a = (row * u32(pods.parts) + part) * rank;
  var value = product;
  for (var k = 0u; k < rank; k++) {
    value += lora_b[u32(pods.b_start) + n * rank + k] * projected[from_a + k];
  }
  if (pods.has_bias == 1) { value += vector4(bias[n / 4u])[n % 4u]; }
  if (pods.accumulate == 1) { value += output[row * outputs + n]; }
  output[row * outputs + n] = value;
}
