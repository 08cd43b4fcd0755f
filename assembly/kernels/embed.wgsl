// Rows of the embedding matrix by token id. One thread per four numbers.
// uses weights
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> hidden: array<vec4f>;
struct Pods { rows: i32, columns4: i32, grid: u32 }
@group(0) @binding(4) var<uniform> pods: Pods;

@compute @workgroup_size(64)
fn embed(@builtin(global_invocation_id) thread: vec3u) {
  let columns4 = u32(pods.columns4);
  if (thread.x >= u32(pods.rows) * columns4) { return; }
  hidden[thread.x] = weight4(u32(ids[thread.x / columns4]), thread.x % columns4, columns4);
}
