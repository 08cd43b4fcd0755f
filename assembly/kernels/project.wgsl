// The adapter's A on rows of activations: projected = scale * A * input. Sixteen lanes share one number.
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read> lora_a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> projected: array<f32>;
struct Pods { columns4: i32, projections: i32, a_start: i32, scale: f32, grid: u32 }
@group(0) @binding(3) var<uniform> pods: Pods;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn project(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let columns4 = u32(pods.columns4);
  let projections = u32(pods.projections);
  let lane = thread % 16u;
  let j = group.x * 4u + thread / 16u;
  var sum = 0.0;
  if (j < projections) {
    let a_row = u32(pods.a_start) + j * columns4;
    for (var i = lane; i < columns4; i += 16u) {
      sum += dot(input[group.y * columns4 + i], lora_a[a_row + i]);
    }
  }
  partial[thread] = sum;
  workgroupBarrier();
  for (var step = 8u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[thread] += partial[thread + step]; }
    workgroupBarrier();
  }
  if (lane == 0u && j < projections) { projected[group.y * projections + j] = pods.scale * partial[thread]; }
}
