// RMSNorm of a row, and the adapter's A on the result: projected = scale * A * normed. One workgroup per row, in one
// dispatch, because the adapter's part is small and would not be worth a dispatch of its own.
// uses vectors
@group(0) @binding(0) var<storage, read> hidden: array<vec4f>;
@group(0) @binding(1) var<storage, read> norm: array<Vector4>;
@group(0) @binding(2) var<storage, read> lora_a: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> normed: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> projected: array<f32>;
struct Pods {
  first_row: i32,
  columns4: i32,
  epsilon: f32,
  // Rows of A, all parts of a fused projection together; 0 switches the adapter off.
  projections: i32,
  // Where the slot's A begins, in vec4f.
  a_start: i32,
  scale: f32,
  grid: u32,
}
@group(0) @binding(5) var<uniform> pods: Pods;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn norm_project(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = u32(pods.columns4);
  let source = (u32(pods.first_row) + group.x) * columns4;
  let target_row = group.x * columns4;
  var squares = 0.0;
  for (var i = lane; i < columns4; i += 64u) {
    let values = hidden[source + i];
    squares += dot(values, values);
  }
  partial[lane] = squares;
  workgroupBarrier();
  for (var step = 32u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  let factor = 1.0 / sqrt(partial[0] / f32(4u * columns4) + pods.epsilon);
  for (var i = lane; i < columns4; i += 64u) {
    normed[target_row + i] = hidden[source + i] * factor * vector4(norm[i]);
  }
  storageBarrier();
  let projections = u32(pods.projections);
  for (var j = lane; j < projections; j += 64u) {
    let a_row = u32(pods.a_start) + j * columns4;
    var sum = 0.0;
    for (var i = 0u; i < columns4; i++) { sum += dot(normed[target_row + i], lora_a[a_row + i]); }
    projected[group.x * projections + j] = pods.scale * sum;
  }
}
