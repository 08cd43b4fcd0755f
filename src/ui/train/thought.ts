/** Whether what can be checked of a completion's thought leads to its answer; true where nothing can be checked. */
import { extractLeader } from '../../mlpo/answers/extract.ts'
import { thoughtToAnswer } from '../../mlpo/rewards/consistency.ts'
import type { StepData } from './step.ts'

export function isThoughtRight(
  { prompt, sample }: Pick<StepData, 'prompt' | 'sample'>,
  { group, row }: { readonly group: number; readonly row: number },
): boolean {
  const asked = prompt?.prompts[group]
  const rollout = sample?.groups[group]?.[row]
  if (asked === undefined || rollout === undefined) return true
  const peerAnswers = asked.proposals?.map(({ answer }) => answer) ?? null
  return thoughtToAnswer(asked.task, { parsed: extractLeader(rollout.text), peerAnswers }) !== 0
}
