// Forbids the tokens whose bit a grammar left at 0, in place; bit i of word w is token 32 w + i.
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read_write> logits: array<f32>;
struct Pods { size: i32, grid: u32 }
@group(0) @binding(2) var<uniform> pods: Pods;

@compute @workgroup_size(64)
fn bitmask(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= u32(pods.size)) { return; }
  if (((mask[thread.x / 32u] >> (thread.x % 32u)) & 1u) == 0u) { logits[thread.x] = -3.0e38; }
}
