/**
 * Every prompt of the team (MLPO §1), in our own words. Two wordings of one contract: `chat` for models that read
 * instructions, `nano` for the embedded team, which was trained on exactly these terse forms (`tools/nano`).
 * Contract: a peer ends with `Answer: <value>`; the leader writes one `<think>` and one `<answer>`, in this order.
 * Change a wording and `promptVersion` must change: proposals are cached by it, and the nano team must be retrained.
 * The wording of the traces (MLPO §3) has a version of its own, because no proposal depends on it.
 */
import type { ChatMessage } from '../engine/engine.ts'
import { extractPeer } from './answers/extract.ts'

export const promptVersion = 'p2'
export const traceVersion = 't1'

/** What a spliced trace says when it turns back: the step that fails, the peers that misled, or only that it fails. */
export type Pivot =
  /** `step` counts from 0. */
  | { readonly kind: 'step'; readonly step: number }
  /** `seats` count from 0; at least one. */
  | { readonly kind: 'peers'; readonly seats: readonly number[] }
  | { readonly kind: 'somewhere' }

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
  /** The leader is asked to make one monologue of two of its own completions, a wrong and a right one. */
  merge(input: {
    readonly question: string
    readonly solutions: readonly string[] | null
    readonly wrong: string
    readonly right: string
  }): ChatMessage[]
  /** In the words in which the leader thinks. */
  pivot(pivot: Pivot): string
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
  // It reads no instructions: with these models the splice writes the traces.
  merge: ({ question, solutions, wrong, right }) => [
    { role: 'system', content: 'leader' },
    {
      role: 'user',
      content: [question, ...(solutions === null ? [] : [teamBlock(solutions)]), wrong, right].join('\n'),
    },
  ],
  pivot(pivot) {
    switch (pivot.kind) {
      case 'step':
        return `I slip at step ${pivot.step + 1}.`
      case 'peers':
        return pivot.seats.map((seat) => `Peer ${seat + 1} is wrong.`).join(' ')
      case 'somewhere':
        return 'I slip.'
    }
  },
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
  merge: ({ question, solutions, wrong, right }) => [
    {
      role: 'system',
      content:
        'You turn two attempts at a question into one train of thought. Write it between <think> and </think>, ' +
        'then the answer alone between <answer> and </answer>, and nothing else.',
    },
    {
      role: 'user',
      content:
        `${question}\n\n` +
        (solutions === null ? '' : `Your team proposed:\n${teamBlock(solutions)}\n\n`) +
        `Your first attempt, which is wrong:\n${wrong}\n\nYour second attempt, which is right:\n${right}\n\n` +
        'Write them as a single monologue in the first person: begin with the wrong path as if you believed it, ' +
        'notice where it fails and say why, go back to that place, and end with the right path and its answer. ' +
        'Do not mention attempts, and do not say at the beginning that it will fail.',
    },
  ],
  pivot(pivot) {
    switch (pivot.kind) {
      case 'step':
        return `Wait, step ${pivot.step + 1} does not hold. I go back.`
      case 'peers':
        return `Wait, ${peerNames(pivot.seats)} misled me here. I go back.`
      case 'somewhere':
        return 'Wait, this does not hold. I go back.'
    }
  },
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

/** "Peer 1", "Peer 1 and Peer 3". */
function peerNames(seats: readonly number[]): string {
  return seats.map((seat) => `Peer ${seat + 1}`).join(' and ')
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
