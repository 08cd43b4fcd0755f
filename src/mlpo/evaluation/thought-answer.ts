/**
 * Whether a leader answers what it thought (MLPO §5). Read off the thought's words: whom it follows, who agrees, or the
 * value that its own working ends with. Where the thought ends with nothing that is known to be an answer it entails
 * null, which is neither consistent nor inconsistent.
 */
import { normaliseAnswer } from '../answers/check.ts'
import { strategyOf } from '../strategy.ts'
import type { Task } from '../task.ts'
import type { Answer } from '../vote.ts'

export function entailedAnswer(
  task: Pick<Task, 'answer_type' | 'choices'>,
  {
    thought,
    peerAnswers,
  }: {
    readonly thought: string | null
    /** In seat order; null where the leader answered alone. */
    readonly peerAnswers: readonly Answer[] | null
  },
): Answer {
  if (thought === null) return null
  const strategy = strategyOf({ thought, answer: null, peerAnswers })
  if (strategy.kind === 'follow') return peerAnswers?.[strategy.seat] ?? null
  if (strategy.kind === 'agreement') {
    const [first, ...others] = strategy.seats.map((seat) => peerAnswers?.[seat] ?? null)
    return first !== undefined && others.every((answer) => answer === first) ? first : null
  }
  const value = lastValue(workingOf(thought), task.answer_type)
  return value === null ? null : normaliseAnswer(value, task.answer_type, task.choices)
}

/** Without the sentences that judge peers, such as "1 and 3 agree." or "Peer 2 is wrong." */
function workingOf(thought: string): string {
  const sentences = thought.split(/(?<=[.!?])\s+/)
  return sentences.filter((sentence) => !/\b(?:peers?|agrees?)\b/i.test(sentence)).join(' ')
}

function lastValue(working: string, type: Task['answer_type']): string | null {
  const last = (pattern: RegExp) => [...working.matchAll(pattern)].at(-1)?.[1] ?? null
  switch (type) {
    case 'number':
      return last(/(-?\d[\d,]*(?:\.\d+)?(?:\/\d+)?)/g)
    case 'choice':
      return last(/\(([A-Z])\)/g)
    case 'boolean':
    case 'text':
      return last(/= ([^=.]+)\.?$/g)
    case 'list':
    case 'latex':
      return null
  }
}
