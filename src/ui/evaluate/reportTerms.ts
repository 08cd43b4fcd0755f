/** Words of the glossary in the notes of a report, which are data (`mlpo/evaluation/sections*.ts`). */
import type { Phrases } from '../glossary/markPhrases.ts'

export const reportTerms: Phrases = {
  'sign-flip test': 'signFlip',
  Holm: 'holm',
  seed: 'seed',
  'held-out questions': 'heldOut',
  generation: 'generation',
  tokens: 'token',
  Oracle: 'oracle',
  round: 'round',
  'Shapley values': 'shapley',
  'Chance that at least one of k samples is right': 'passAtK',
  seat: 'seat',
}
