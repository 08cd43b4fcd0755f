// Matrices stored as float16 and computed with in float32, so that no device needs `shader-f16`.
@group(0) @binding(0) var<storage, read> weights: array<vec2u>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

fn weight4(row: u32, column4: u32, columns4: u32) -> vec4f {
  let packed = weights[row * columns4 + column4];
  return vec4f(unpack2x16float(packed.x), unpack2x16float(packed.y));
}
