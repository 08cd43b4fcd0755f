/** Minus the share of repeated four-word phrases (TRL's repetition penalty, maximum 1). */
import type { RewardFunction } from './reward.ts'

const PHRASE_WORDS = 4

export const repetition: RewardFunction = {
  description: 'Minus the share of four-word phrases that repeat earlier ones.',
  score(_, { text }) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    const count = words.length - PHRASE_WORDS + 1
    if (count <= 0) return 0
    const phrases = Array.from({ length: count }, (_, i) => words.slice(i, i + PHRASE_WORDS).join(' '))
    const repeated = count - new Set(phrases).size
    return repeated === 0 ? 0 : -repeated / count
  },
}
