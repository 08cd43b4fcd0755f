// Presence, frequency and repetition penalties on the tokens that have appeared, in place, in WebLLM's order.
@group(0) @binding(0) var<storage, read> tokens: array<i32>;
@group(0) @binding(1) var<storage, read> counts: array<i32>;
@group(0) @binding(2) var<storage, read> penalties: array<f32>;
@group(0) @binding(3) var<storage, read_write> logits: array<f32>;
struct Pods { count: i32, grid: u32 }
@group(0) @binding(4) var<uniform> pods: Pods;

@compute @workgroup_size(64)
fn penalty(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= u32(pods.count)) { return; }
  let token = tokens[thread.x];
  let value = logits[token] - penalties[0] - f32(counts[thread.x]) * penalties[1];
  logits[token] = select(value / penalties[2], value * penalties[2], value < 0.0);
}
