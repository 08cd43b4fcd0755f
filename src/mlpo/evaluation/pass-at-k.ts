/**
 * pass@k: the chance that at least one of k samples is right, estimated without bias from n ≥ k samples of which c are
 * right: 1 − C(n−c, k)/C(n, k) (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1).
 */
export function passAtK({
  samples,
  right,
  k,
}: {
  readonly samples: number
  readonly right: number
  readonly k: number
}): number {
  if (k > samples) throw new RangeError(`pass@${k} needs ${k} samples, not ${samples}`)
  let missed = 1
  for (let i = 0; i < k; i++) missed *= Math.max(0, samples - right - i) / (samples - i)
  return 1 - missed
}

/** 1, 2, 4, … up to the number of samples. */
export function passKs(samples: number): number[] {
  const ks: number[] = []
  for (let k = 1; k <= samples; k *= 2) ks.push(k)
  return ks
}
