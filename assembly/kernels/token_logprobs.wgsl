// log softmax(logits) at one token per row; a negative target gives 0. One workgroup per row.
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<i32>;
@group(0) @binding(2) var<storage, read_write> logprobs: array<f32>;
struct Pods { size: i32, first_row: i32, grid: u32 }
@group(0) @binding(3) var<uniform> pods: Pods;

var<workgroup> partial: array<f32, 256>;

@compute @workgroup_size(256)
fn token_logprobs(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = u32(pods.size);
  let row = group.x * size;
  var highest = -3.0e38;
  for (var i = lane; i < size; i += 256u) { highest = max(highest, logits[row + i]); }
  partial[lane] = highest;
  workgroupBarrier();
  for (var step = 128u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] = max(partial[lane], partial[lane + step]); }
    workgroupBarrier();
  }
  highest = partial[0];
  workgroupBarrier();
  var mass = 0.0;
  for (var i = lane; i < size; i += 256u) { mass += exp(logits[row + i] - highest); }
  partial[lane] = mass;
  workgroupBarrier();
  for (var step = 128u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  if (lane > 0u) { return; }
  let at = u32(pods.first_row) + group.x;
  let token = targets[at];
  if (token < 0) {
    logprobs[at] = 0.0;
  } else {
    logprobs[at] = logits[row + u32(token)] - highest - log(partial[0]);
  }
}
