// Draws one token: the smallest set of the most probable tokens whose mass reaches top_p (ties: the lower id first),
// then the inverse CDF in id order. No sort: the least probability of the set is found by bisection over the bits of
// a float, whose order is that of the numbers. One workgroup; each thread owns a run of ids.
@group(0) @binding(0) var<storage, read> probabilities: array<f32>;
@group(0) @binding(1) var<storage, read> uniform_number: array<f32>;
@group(0) @binding(2) var<storage, read> top_p: array<f32>;
@group(0) @binding(3) var<storage, read_write> token: array<i32>;
struct Pods { size: i32, grid: u32 }
@group(0) @binding(4) var<uniform> pods: Pods;

const lanes = 256u;

var<workgroup> partial: array<f32, 256>;
var<workgroup> counts: array<u32, 256>;

// Sum over all threads, in every thread; the same order of additions each time.
fn total(own: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partial[lane] = own;
  workgroupBarrier();
  for (var step = lanes / 2u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  return partial[0];
}

@compute @workgroup_size(256)
fn sample(@builtin(local_invocation_index) lane: u32) {
  let size = u32(pods.size);
  let run = (size + lanes - 1u) / lanes;
  let first = min(lane * run, size);
  let end = min(first + run, size);
  var least = 0u;
  var ties = 0u;
  if (top_p[0] < 1.0) {
    // The largest threshold whose set {p >= threshold} still has the mass.
    for (var bit = 1u << 29u; bit > 0u; bit >>= 1u) {
      let candidate = bitcast<f32>(least | bit);
      var mass = 0.0;
      for (var i = first; i < end; i++) { mass += select(0.0, probabilities[i], probabilities[i] >= candidate); }
      if (total(mass, lane) >= top_p[0]) { least |= bit; }
    }
    // Of the tokens at the threshold itself, as many as the mass needs.
    var above = 0.0;
    for (var i = first; i < end; i++) {
      above += select(0.0, probabilities[i], bitcast<u32>(probabilities[i]) > least);
    }
    let missing = top_p[0] - total(above, lane);
    ties = u32(max(1.0, ceil(missing / bitcast<f32>(max(least, 1u)))));
  }
  var own_ties = 0u;
  for (var i = first; i < end; i++) { own_ties += u32(bitcast<u32>(probabilities[i]) == least); }
  workgroupBarrier();
  counts[lane] = own_ties;
  workgroupBarrier();
  var ties_before = 0u;
  for (var i = 0u; i < lane; i++) { ties_before += counts[i]; }
  let all = top_p[0] >= 1.0;

  var own_mass = 0.0;
  var seen = ties_before;
  for (var i = first; i < end; i++) {
    let bits = bitcast<u32>(probabilities[i]);
    let is_tie = bits == least;
    if (all || bits > least || (is_tie && seen < ties)) { own_mass += probabilities[i]; }
    seen += u32(is_tie);
  }
  workgroupBarrier();
  partial[lane] = own_mass;
  workgroupBarrier();
  var before = 0.0;
  var mass = 0.0;
  for (var i = 0u; i < lanes; i++) {
    if (i == lane) { before = mass; }
    mass += partial[i];
  }
  let threshold = uniform_number[0] * mass;
  // The thread in whose run the CDF passes the threshold writes; rounding may leave that to the last one with mass.
  let passes = before <= threshold && before + own_mass > threshold;
  var last = true;
  for (var i = lane + 1u; i < lanes; i++) { last = last && partial[i] == 0.0; }
  let falls_back = last && own_mass > 0.0 && before + own_mass <= threshold;
  if (passes || falls_back) {
    var cumulative = before;
    seen = ties_before;
    var found = 0u;
    for (var i = first; i < end; i++) {
      let bits = bitcast<u32>(probabilities[i]);
      let is_tie = bits == least;
      if ((all || bits > least || (is_tie && seen < ties)) && bits > 0u) {
        if (cumulative <= threshold) { found = i; }
        cumulative += probabilities[i];
      }
      seen += u32(is_tie);
    }
    token[0] = i32(found);
  }
}
