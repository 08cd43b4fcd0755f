/** What Train says: names and explanations of the stages, of the settings' sources, and of the keys. */
import type { Source } from '../../mlpo/config/field.ts'
import type { StageName } from '../../mlpo/stages.ts'
import type { Phrases } from '../glossary/markPhrases.ts'

export const stageTitles: Readonly<Record<StageName, string>> = {
  prompt: 'Prompt',
  sample: 'Sample',
  score: 'Score',
  advantage: 'Advantage',
  loss: 'Loss',
  update: 'Update',
}

export const stageHelp: Readonly<Record<StageName, string>> = {
  prompt: 'Questions are drawn, each with one stored proposal from every peer.',
  sample: 'The leader reads each prompt and writes a group of completions.',
  score: 'Every completion is read and rewarded.',
  advantage: 'Each reward is compared with the mean of its own group.',
  loss: 'The advantage is spread over the tokens: which become likelier, which less likely.',
  update: 'One step of AdamW moves the adapter. The model itself stays as it is.',
}

/** Its words for the glossary. */
export const introductionTerms = {
  peers: 'peer',
  solutions: 'proposal',
  step: 'step',
  group: 'group',
  'mean of their group': 'baseline',
  'questions that training never shows': 'heldOut',
  vote: 'vote',
} as const satisfies Phrases

/** What happens at Run, in three sentences. */
export const introduction = [
  'The peers first solve a set of training questions once, and their solutions are kept.',
  'In every step the leader reads some of them and writes a group of answers to each; answers that beat the mean of their group become likelier, the others less likely.',
  'Now and then the leader is tested on questions that training never shows, against a plain vote of the peers.',
] as const

export const sources: Readonly<Record<Source, string>> = {
  P: 'Stated by the paper or by a reviewer of it',
  U: 'From an unofficial re-implementation',
  I: 'Inferred from what the paper says',
  C: 'Our choice',
}

export const shortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Space', does: 'Run or pause' },
  { keys: '.', does: 'Next stage, then pause' },
  { keys: '>', does: 'Next step, then pause' },
  { keys: '← →', does: 'Previous or next group' },
  { keys: '↑ ↓', does: 'Previous or next completion' },
  { keys: '/', does: 'Search the settings, before a run' },
  { keys: '?', does: 'This list' },
]
