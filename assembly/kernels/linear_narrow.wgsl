// output = W * input + bias + B * projected, for one row or a few of a narrow matrix: one thread per output number,
// and no barrier, which costs more than it saves where a row of W is short.
// uses weights
// uses vectors
// includes linear-output.wgsl

@compute @workgroup_size(64)
fn linear_narrow(@builtin(global_invocation_id) thread: vec3u) {
  let columns4 = u32(pods.columns4);
  let outputs = u32(pods.outputs);
  let n = thread.x;
  let row = thread.y;
  if (n >= outputs) { return; }
  var products = vec4f(0.0);
  for (var i = 0u; i < columns4; i++) { products += weight4(n, i, columns4) * input[row * columns4 + i]; }
  let value = products.x + products.y + products.z + products.w;
  store_output(with_adapter(value, row, n), row, n);
}
