// Adds a number to the logits of some tokens, in place.
@group(0) @binding(0) var<storage, read> tokens: array<i32>;
@group(0) @binding(1) var<storage, read> biases: array<f32>;
@group(0) @binding(2) var<storage, read_write> logits: array<f32>;
struct Pods { count: i32, grid: u32 }
@group(0) @binding(3) var<uniform> pods: Pods;

@compute @workgroup_size(64)
fn logit_bias(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= u32(pods.count)) { return; }
  logits[tokens[thread.x]] += biases[thread.x];
}
