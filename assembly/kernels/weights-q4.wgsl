// MLC's group quantisation (q4f32_1, q4f16_1): eight nibbles a word, lowest first, one scale per 32 columns,
// value = (nibble - 7) * scale. `scale_at` comes from the format's own file.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

fn weight4(row: u32, column4: u32, columns4: u32) -> vec4f {
  let groups = (columns4 + 7u) / 8u;
  let word = weights[row * groups * 4u + column4 / 2u] >> (16u * (column4 & 1u));
  let nibbles = vec4u(word, word >> 4u, word >> 8u, word >> 12u) & vec4u(15u);
  return (vec4f(nibbles) - 7.0) * scale_at(row * groups + column4 / 8u);
}
