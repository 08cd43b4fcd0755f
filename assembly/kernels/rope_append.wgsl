// Rotary embedding of queries in place and of keys on their way into the cache, where values go as they are. Qwen3's
// norm of each query and key head comes first. Rotate-half: the pair of dimension i is i + size / 2.
// One workgroup per head and row.
// uses vectors
@group(0) @binding(0) var<storage, read> query_norm: array<Vector4>;
@group(0) @binding(1) var<storage, read> key_norm: array<Vector4>;
// (cos, sin), [position][size / 2].
@group(0) @binding(2) var<storage, read> angles: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> query_key_value: array<f32>;
// Keys, then values, each [position][key/value head][size].
@group(0) @binding(4) var<storage, read_write> cache: array<f32>;
struct Pods {
  head_size: i32,
  heads: i32,
  key_value_heads: i32,
  // Tokens in the cache before this call.
  position: i32,
  context: i32,
  has_norm: i32,
  epsilon: f32,
  grid: u32,
}
@group(0) @binding(5) var<uniform> pods: Pods;

var<workgroup> partial: array<f32, 32>;

fn norm_factor(head: u32, dimension: u32, factor: f32) -> f32 {
  if (pods.has_norm == 0 || head >= u32(pods.heads + pods.key_value_heads)) { return 1.0; }
  if (head < u32(pods.heads)) { return factor * vector4(query_norm[dimension / 4u])[dimension % 4u]; }
  return factor * vector4(key_norm[dimension / 4u])[dimension % 4u];
}

@compute @workgroup_size(32)
fn rope_append(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = u32(pods.head_size);
  let heads = u32(pods.heads);
  let key_value_heads = u32(pods.key_value_heads);
  let head = group.x;
  let source = (group.y * (heads + 2u * key_value_heads) + head) * size;
  var squares = 0.0;
  for (var i = lane; i < size; i += 32u) { squares += query_key_value[source + i] * query_key_value[source + i]; }
  partial[lane] = squares;
  workgroupBarrier();
  for (var step = 16u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  let factor = 1.0 / sqrt(partial[0] / f32(size) + pods.epsilon);
  let position = u32(pods.position) + group.y;
  let key_head = head - heads;
  let key_target = (position * key_value_heads + key_head) * size;
  let values = u32(pods.context) * key_value_heads * size;
  let value_target = values + (position * key_value_heads + key_head - key_value_heads) * size;
  let half = size / 2u;
  for (var i = lane; i < half; i += 32u) {
    let first = query_key_value[source + i] * norm_factor(head, i, factor);
    let second = query_key_value[source + half + i] * norm_factor(head, half + i, factor);
    if (head >= heads + key_value_heads) {
      cache[value_target + i] = first;
      cache[value_target + half + i] = second;
      continue;
    }
    let angle = angles[position * half + i];
    let turned = vec2f(first * angle.x - second * angle.y, second * angle.x + first * angle.y);
    if (head < heads) {
      query_key_value[source + i] = turned.x;
      query_key_value[source + half + i] = turned.y;
    } else {
      cache[key_target + i] = turned.x;
      cache[key_target + half + i] = turned.y;
    }
  }
}
