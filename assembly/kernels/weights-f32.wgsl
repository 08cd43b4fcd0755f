// Matrices as float32, four numbers a load. `scales` is only for the quantised formats.
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

fn weight4(row: u32, column4: u32, columns4: u32) -> vec4f {
  return weights[row * columns4 + column4];
}
