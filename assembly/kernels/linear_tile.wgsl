// output = W * input + bias + B * projected, for many rows: tiles of 32 rows by 32 outputs, 16 columns at a time in
// workgroup memory, and 4 by 4 numbers a thread.
// uses weights
// uses vectors
// includes linear-output.wgsl

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
  store_output(with_adapter(product, row, n), row, n);
}
