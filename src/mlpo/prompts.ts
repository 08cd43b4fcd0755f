/**
 * Every prompt of the team (MLPO §1), in our own words. Two wordings of one contract: `chat` for models that read
 * instructions, `nano` for the embedded team, which was trained on exactly these terse forms (`tools/nano`).
 * Contract: a peer ends with `Answer: <value>`; the leader writes one `<think>` and one `<answer>`, in this order.
 * Change a wording and `promptVersion` must change: proposals are cached by it, and the nano team must be retrained.
 */
import type { ChatMessage } from '../engine/engine.ts'
import { extractPeer } from './answers/extract.ts'

export const promptVersion = 'p2'

export interface PromptStyle {
  /** Round 0: a peer answers alone. `role` says who it is in the team. */
  peer(input: { readonly role: string; readonly question: string }): ChatMessage[]
  /** Round t > 0: a peer sees its own previous solution and the leader's previous output. */
  revise(input: {
    readonly role: string
    readonly question: string
    readonly own: string
    readonly leader: string
  }): ChatMessage[]
  /** The leader reads the current solutions in seat order; null = alone, same format without the team block. */
  leader(input: { readonly question: string; readonly solutions: readonly string[] | null }): ChatMessage[]
}

const nano: PromptStyle = {
  peer: ({ role, question }) => [
    { role: 'system', content: role },
    { role: 'user', content: question },
  ],
  revise: ({ role, question, own, leader }) => [
    { role: 'system', content: role },
    { role: 'user', content: `${question}\nMine: ${own}\nLeader: ${leader}` },
  ],
  leader: ({ question, solutions }) => [
    { role: 'system', content: 'leader' },
    {
      role: 'user',
      content:
        solutions === null ? question : `${question}\n${teamBlock(solutions)}\n${answerList(solutions)}`,
    },
  ],
}

const chat: PromptStyle = {
  peer: ({ role, question }) => [
    { role: 'system', content: `${role} You work in a team: others solve the same question on their own.` },
    {
      role: 'user',
      content:
        `${question}\n\nFirst state what is given, then go on in short numbered steps. ` +
        `End with one line of the form\nAnswer: <value>`,
    },
  ],
  revise: ({ role, question, own, leader }) => [
    { role: 'system', content: `${role} You work in a team with a leader.` },
    {
      role: 'user',
      content:
        `${question}\n\nYour previous solution:\n${own}\n\nThe leader wrote:\n${leader}\n\n` +
        `Go through both. Correct your solution where it is wrong, keep it where it is right. ` +
        `End with one line of the form\nAnswer: <value>`,
    },
  ],
  leader: ({ question, solutions }) => [
    {
      role: 'system',
      content:
        'You decide the final answer. Write your reasoning between <think> and </think>, ' +
        'then the answer alone between <answer> and </answer>, and nothing else.',
    },
    {
      role: 'user',
      content:
        solutions === null
          ? question
          : `${question}\n\nYour team proposed:\n${teamBlock(solutions)}\n\n` +
            'Weigh every argument, look for wrong steps, and do not just count votes.',
    },
  ],
}

export const promptStyles = { nano, chat } as const
export type PromptStyleName = keyof typeof promptStyles

/** The embedded models, wherever they lie, were trained on exactly one terse wording; all others read instructions. */
export function promptStyleName(model: string): PromptStyleName {
  const name = model.replace(/\/+$/, '').split('/').at(-1) ?? ''
  return name.startsWith('nano-') ? 'nano' : 'chat'
}

/** The answers once more, seat by seat: a model of a million weights finds them here when it follows a peer. */
function answerList(solutions: readonly string[]): string {
  return solutions.map((solution, seat) => `${seat + 1}) ${answerOf(solution)}`).join('\n')
}

function answerOf(solution: string): string {
  const extraction = extractPeer(solution)
  return extraction.status === 'parsed' ? extraction.answer : 'none'
}

function teamBlock(solutions: readonly string[]): string {
  return solutions.map((solution, seat) => `Peer ${seat + 1}: ${solution}`).join('\n')
}

/** A peer's round-0 text from its steps, as the contract wants it. */
export function peerText({
  steps,
  answer,
}: {
  readonly steps: readonly string[]
  readonly answer: string
}): string {
  return [...steps, `Answer: ${answer}`].join(' ')
}

/** A leader's text from thought and answer, as the contract wants it. */
export function leaderText({
  thought,
  answer,
}: {
  readonly thought: string
  readonly answer: string
}): string {
  return `<think>${thought}</think><answer>${answer}</answer>`
}
