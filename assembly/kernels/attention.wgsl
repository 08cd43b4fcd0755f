// Causal attention of each row over the cache, with a running softmax over blocks of 64 positions. One workgroup per
// head and row: first a thread is a position (scores), then threads are (position group, four dimensions) (values).
// Heads of up to 256 numbers.
@group(0) @binding(0) var<storage, read> query_key_value: array<vec4f>;
@group(0) @binding(1) var<storage, read> cache: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> attended: array<vec4f>;
struct Pods {
  head_size4: i32,
  heads: i32,
  key_value_heads: i32,
  // Tokens in the cache before this call.
  position: i32,
  context: i32,
  grid: u32,
}
@group(0) @binding(3) var<uniform> pods: Pods;

const lanes = 64u;
const nothing = -3.0e38;

var<workgroup> query: array<vec4f, 64>;
var<workgroup> scores: array<f32, 64>;
var<workgroup> sums: array<vec4f, 64>;
var<workgroup> masses: array<f32, 64>;

@compute @workgroup_size(64)
fn attention(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size4 = u32(pods.head_size4);
  let heads = u32(pods.heads);
  let key_value_heads = u32(pods.key_value_heads);
  let head = group.x;
  let row = group.y;
  let key_head = head / (heads / key_value_heads);
  let stride = key_value_heads * size4;
  let values = u32(pods.context) * stride;
  let length = u32(pods.position) + row + 1u;
  if (lane < size4) {
    query[lane] = query_key_value[(row * (heads + 2u * key_value_heads) + head) * size4 + lane] / sqrt(f32(4u * size4));
  }
  workgroupBarrier();

  let groups = lanes / size4;
  let own_group = lane / size4;
  let own_part = lane % size4;
  var highest = nothing;
  var mass = 0.0;
  var sum = vec4f(0.0);
  for (var start = 0u; start < length; start += lanes) {
    var score = nothing;
    if (start + lane < length) {
      score = 0.0;
      let key = (start + lane) * stride + key_head * size4;
      for (var i = 0u; i < size4; i++) { score += dot(query[i], cache[key + i]); }
    }
    scores[lane] = score;
    workgroupBarrier();
    var block_highest = highest;
    for (var i = 0u; i < lanes; i++) { block_highest = max(block_highest, scores[i]); }
    workgroupBarrier();
    scores[lane] = select(0.0, exp(score - block_highest), start + lane < length);
    workgroupBarrier();
    let keep = exp(highest - block_highest);
    highest = block_highest;
    mass *= keep;
    sum *= keep;
    if (own_group < groups) {
      let count = min(lanes, length - start);
      for (var i = own_group; i < count; i += groups) {
        mass += scores[i];
        sum += scores[i] * cache[values + (start + i) * stride + key_head * size4 + own_part];
      }
    }
    workgroupBarrier();
  }
  sums[lane] = sum;
  masses[lane] = mass;
  workgroupBarrier();
  if (lane >= size4) { return; }
  for (var other = 1u; other < groups; other++) {
    sum += sums[other * size4 + lane];
    mass += masses[other * size4 + lane];
  }
  attended[(row * heads + head) * size4 + lane] = sum / mass;
}
