// Norm weights and biases as float32.
alias Vector4 = vec4f;

fn vector4(packed: Vector4) -> vec4f {
  return packed;
}
