fn scale_at(index: u32) -> f32 {
  return bitcast<f32>(scales[index]);
}
