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

var<workgroup> masses: array<f32, 256>;
var<workgroup> counts: array<u32, 256>;
// Found by one thread for all: the run that holds the token, and what the CDF must reach in it.
var<workgroup> chosen_run: u32;
var<workgroup> chosen_threshold: f32;

// Sum over all threads, in every thread; the same order of additions each time.
fn total(own: f32, lane: u32) -> f32 {
  workgroupBarrier();
  masses[lane] = own;
  workgroupBarrier();
  for (var step = lanes / 2u; step > 0u; step >>= 1u) {
    if (lane < step) { masses[lane] += masses[lane + step]; }
    workgroupBarrier();
  }
  return masses[0];
}

@compute @workgroup_size(256)
fn sample(@builtin(local_invocation_index) lane: u32) {
  let size = u32(pods.size);
  let run = (size + lanes - 1u) / lanes;
  let first = min(lane * run, size);
  let end = min(first + run, size);
  // Kept: every token above `least`, and the first `ties` tokens at it.
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
    var above = 0.0;
    for (var i = first; i < end; i++) {
      above += select(0.0, probabilities[i], bitcast<u32>(probabilities[i]) > least);
    }
    let missing = top_p[0] - total(above, lane);
    ties = u32(max(1.0, ceil(missing / bitcast<f32>(max(least, 1u)))));
  }
  var own_ties = 0u;
  for (var i = first; i < end; i++) { own_ties += u32(bitcast<u32>(probabilities[i]) == least); }
  counts[lane] = own_ties;
  workgroupBarrier();
  if (lane == 0u) {
    var before = 0u;
    for (var i = 0u; i < lanes; i++) {
      let own = counts[i];
      counts[i] = before;
      before += own;
    }
  }
  workgroupBarrier();

  var kept_mass = 0.0;
  var seen = counts[lane];
  for (var i = first; i < end; i++) {
    let bits = bitcast<u32>(probabilities[i]);
    if (bits > least || (bits == least && seen < ties)) { kept_mass += probabilities[i]; }
    seen += u32(bits == least);
  }
  masses[lane] = kept_mass;
  workgroupBarrier();
  if (lane == 0u) {
    var mass = 0.0;
    for (var i = 0u; i < lanes; i++) { mass += masses[i]; }
    let threshold = uniform_number[0] * mass;
    var before = 0.0;
    for (var i = 0u; i < lanes; i++) {
      // Rounding may leave the threshold above every run: then it is the last one with mass.
      if (masses[i] > 0.0 && before <= threshold) {
        chosen_run = i;
        chosen_threshold = threshold - before;
      }
      before += masses[i];
    }
  }
  workgroupBarrier();
  if (lane != chosen_run) { return; }
  var cumulative = 0.0;
  var found = first;
  seen = counts[lane];
  for (var i = first; i < end; i++) {
    let bits = bitcast<u32>(probabilities[i]);
    if (bits > 0u && (bits > least || (bits == least && seen < ties))) {
      if (cumulative <= chosen_threshold) { found = i; }
      cumulative += probabilities[i];
    }
    seen += u32(bits == least);
  }
  token[0] = i32(found);
}
