// Norm weights and biases stored as float16.
alias Vector4 = vec2u;

fn vector4(packed: Vector4) -> vec4f {
  return vec4f(unpack2x16float(packed.x), unpack2x16float(packed.y));
}
