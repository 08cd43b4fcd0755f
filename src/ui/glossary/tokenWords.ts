/** For counts of tokens: “1 token”, “12 tokens”. */
import type { Phrases } from './markPhrases.ts'

export const tokenWords: Phrases = { token: 'token', tokens: 'token' }
