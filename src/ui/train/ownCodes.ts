/** Reward code that was written at this page, kept for the next visit: nothing that somebody typed is lost by a reload. */
import * as v from 'valibot'
import type { CustomReward } from '../../mlpo/rewards/custom.ts'

const storageKey = 'leader-lab.rewards'
const shape = v.array(v.object({ name: v.string(), code: v.string() }))

export function rememberedCodes(): readonly CustomReward[] {
  try {
    return v.parse(shape, JSON.parse(localStorage.getItem(storageKey) ?? '[]'))
  } catch {
    return []
  }
}

export function rememberCodes(codes: readonly CustomReward[]): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(codes))
  } catch {
    // Holds until the page is left.
  }
}
