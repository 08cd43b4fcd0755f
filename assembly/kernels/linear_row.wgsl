// output = W * input + bias + B * projected, for one row or a few: sixteen lanes share one output number.
// uses weights
// uses vectors
// includes linear-output.wgsl

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
    sum = with_adapter_lane(sum, row, n, lane, 16u);
  }
  partial[thread] = sum;
  workgroupBarrier();
  for (var step = 8u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[thread] += partial[thread + step]; }
    workgroupBarrier();
  }
  if (lane > 0u || n >= outputs) { return; }
  store_output(partial[thread], row, n);
}
