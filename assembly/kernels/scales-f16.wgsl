fn scale_at(index: u32) -> f32 {
  return unpack2x16float(scales[index / 2u])[index & 1u];
}
