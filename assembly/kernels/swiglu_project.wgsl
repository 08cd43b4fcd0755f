// SwiGLU, silu(gate) * up, and the adapter's A on the result. One workgroup per row.
@group(0) @binding(0) var<storage, read> gate_up: array<vec4f>;
@group(0) @binding(1) var<storage, read> lora_a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> activated: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> projected: array<f32>;
struct Pods { columns4: i32, projections: i32, a_start: i32, scale: f32, grid: u32 }
@group(0) @binding(4) var<uniform> pods: Pods;

@compute @workgroup_size(64)
fn swiglu_project(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = u32(pods.columns4);
  let row = group.x * columns4;
  for (var i = lane; i < columns4; i += 64u) {
    let gate = gate_up[2u * row + i];
    activated[row + i] = gate / (1.0 + exp(min(-gate, vec4f(80.0)))) * gate_up[2u * row + columns4 + i];
  }
  storageBarrier();
  let projections = u32(pods.projections);
  for (var j = lane; j < projections; j += 64u) {
    let a_row = u32(pods.a_start) + j * columns4;
    var sum = 0.0;
    for (var i = 0u; i < columns4; i++) { sum += dot(activated[row + i], lora_a[a_row + i]); }
    projected[group.x * projections + j] = pods.scale * sum;
  }
}
