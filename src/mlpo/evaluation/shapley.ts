/**
 * What each peer is worth to the team (Shapley 1953): its gain in accuracy, averaged over all orders in which the peers
 * could have joined. The values add up to the whole team's accuracy minus the empty one's.
 */

/** Sets of peers as bits: peer i is in `set` when (set >> i) & 1. */
export function isIn(set: number, peer: number): boolean {
  return ((set >> peer) & 1) === 1
}

/** @param worth [set], 2^K values. @returns [peer] */
export function shapleyValues(worth: readonly number[]): number[] {
  const peers = Math.round(Math.log2(worth.length))
  if (2 ** peers !== worth.length) throw new RangeError(`${worth.length} is not a number of subsets`)
  return Array.from({ length: peers }, (_, peer) => {
    let value = 0
    for (const [set, without] of worth.entries())
      if (!isIn(set, peer)) value += ordersWith(set, peers) * ((worth[set | (1 << peer)] ?? 0) - without)
    return value
  })
}

/** Share of all orders in which exactly the peers of `set` stand before the next one: s!(K − s − 1)!/K!. */
function ordersWith(set: number, peers: number): number {
  let size = 0
  for (let peer = 0; peer < peers; peer++) size += Number(isIn(set, peer))
  let choose = 1
  for (let i = 0; i < size; i++) choose = (choose * (peers - 1 - i)) / (i + 1)
  return 1 / (peers * choose)
}
