/**
 * The deterministic writer of traces (MLPO §3 [C]): a wrong completion up to where it fails, a pivot that names the
 * failing step or the peers that misled, then the right completion. It sees the leader's completions and the proposals
 * of the prompt, never the gold answer. Where the working fails is found only in the nano leader's own language, whose
 * steps have one wording each; of any other thought it says which peers misled, or only that it fails.
 */
import { extractLeader, extractPeer } from './answers/extract.ts'
import { leaderText, type Pivot, type PromptStyle } from './prompts.ts'
import type { Proposal, Rollout } from './stages.ts'
import { strategyOf } from './strategy.ts'

/** A completion with a thought and its answer in canonical spelling. */
type Told = Pick<Rollout, 'text' | 'thought' | 'answer'>

export interface SpliceInput {
  readonly wrong: Told
  readonly right: Told
  /** In seat order; null where the leader answered alone. */
  readonly proposals: readonly Pick<Proposal, 'text' | 'answer'>[] | null
  readonly style: Pick<PromptStyle, 'pivot'>
}

/** The leader's whole text; its answer is the right completion's, as that one spelt it. */
export function spliced({ wrong, right, proposals, style }: SpliceInput): string {
  const { path, pivot } = turningPoint({ wrong, right, proposals: proposals ?? [] })
  const ending = extractLeader(right.text)
  return leaderText({
    thought: [path, style.pivot(pivot), right.thought ?? ''].join(' '),
    answer: ending.status === 'parsed' ? ending.answer : '',
  })
}

interface TurningPoint {
  /** What stays of the wrong thought. */
  readonly path: string
  readonly pivot: Pivot
}

type Given = Pick<SpliceInput, 'wrong' | 'right'> & {
  readonly proposals: NonNullable<SpliceInput['proposals']>
}

function turningPoint(given: Given): TurningPoint {
  const { wrong } = given
  const thought = wrong.thought ?? ''
  const slip = isWorking(thought) ? slipOf(given) : null
  if (slip !== null) return slip
  const seats = misleadingSeats(given)
  return { path: thought, pivot: seats.length > 0 ? { kind: 'peers', seats } : { kind: 'somewhere' } }
}

/** The first step that differs from a working that came out right: the leader's own, or else a peer's. */
function slipOf({ wrong, right, proposals }: Given): TurningPoint | null {
  const agreeing = proposals.find(({ answer }) => answer !== null && answer === right.answer)
  const reference = isWorking(right.thought ?? '')
    ? stepsOf(right.thought ?? '')
    : stepsOf(agreeing === undefined ? '' : (extractPeer(agreeing.text).thought ?? ''))
  const step = stepsOf(wrong.thought ?? '').findIndex((own, i) => own !== (reference[i] ?? own))
  if (step === -1) return null
  const sentences = sentencesOf(wrong.thought ?? '')
  const places = [...sentences.keys()].filter((place) => !isTalk(sentences[place] ?? ''))
  const path = sentences.slice(0, (places[step] ?? 0) + 1).join(' ')
  return { path, pivot: { kind: 'step', step } }
}

/** Of the peers that the thought goes by, those that have its wrong answer. */
function misleadingSeats({ wrong, proposals }: Given): number[] {
  const followed = /\bI follow peer (\d+)\.$/.exec(wrong.thought ?? '')
  const strategy =
    followed === null
      ? strategyOf({ ...wrong, peerAnswers: proposals.map(({ answer }) => answer) })
      : ({ kind: 'follow', seat: Number(followed[1]) - 1 } as const)
  const seats =
    strategy.kind === 'follow' ? [strategy.seat] : strategy.kind === 'agreement' ? strategy.seats : []
  return seats.filter((seat) => wrong.answer !== null && proposals[seat]?.answer === wrong.answer)
}

/** "I work. …", "I check peer 2. …" */
function isWorking(thought: string): boolean {
  return /^I (?:work|check)\b/.test(thought)
}

/** The sentences of a working that are about the question, not about the team. */
function stepsOf(thought: string): string[] {
  return sentencesOf(thought).filter((sentence) => !isTalk(sentence))
}

function isTalk(sentence: string): boolean {
  return /^(?:I (?:work|check|follow)\b|No (?:two|peer)\b|Peer \d+ (?:is|slips)\b|[\d, and]+ agrees?\.)/.test(
    sentence,
  )
}

function sentencesOf(thought: string): string[] {
  return thought.split(/(?<=\.)\s+/).filter((sentence) => sentence !== '')
}
