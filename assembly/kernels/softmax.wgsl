// softmax(logits / temperature) over the vocabulary, by one workgroup.
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> temperature: array<f32>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;
struct Pods { size: i32, grid: u32 }
@group(0) @binding(3) var<uniform> pods: Pods;

var<workgroup> partial: array<f32, 256>;

@compute @workgroup_size(256)
fn softmax(@builtin(local_invocation_index) lane: u32) {
  let size = u32(pods.size);
  var highest = -3.0e38;
  for (var i = lane; i < size; i += 256u) { highest = max(highest, logits[i]); }
  partial[lane] = highest;
  workgroupBarrier();
  for (var step = 128u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] = max(partial[lane], partial[lane + step]); }
    workgroupBarrier();
  }
  highest = partial[0];
  workgroupBarrier();
  var mass = 0.0;
  for (var i = lane; i < size; i += 256u) {
    let weight = exp((logits[i] - highest) / temperature[0]);
    probabilities[i] = weight;
    mass += weight;
  }
  partial[lane] = mass;
  workgroupBarrier();
  for (var step = 128u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  mass = partial[0];
  for (var i = lane; i < size; i += 256u) { probabilities[i] = probabilities[i] / mass; }
}
