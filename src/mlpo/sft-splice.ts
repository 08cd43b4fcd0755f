/**
 * The deterministic writer of traces (MLPO §3 [C]): a wrong completion up to where it fails, a pivot that names the
 * failing step or the peers that misled, then the right completion, from that step on where it has one. It sees the leader's completions and the proposals
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

/**
 * The leader's whole text; its answer is the right completion's, as that one spelt it. null where the wrong thought is a
 * working without a wrong step, whose answer only was misread: there is nothing to notice.
 */
export function spliced({ wrong, right, proposals, style }: SpliceInput): string | null {
  const turn = turnOf({ wrong, right, proposals: proposals ?? [] })
  const ending = extractLeader(right.text)
  if (turn === null || ending.status === 'unparseable') return null
  const thought = [turn.path, style.pivot(turn.pivot), turn.rest].join(' ')
  return leaderText({ thought, answer: ending.answer })
}

interface Turn {
  /** What stays of the wrong thought. */
  readonly path: string
  readonly pivot: Pivot
  /** What stays of the right one. */
  readonly rest: string
}

type Given = Pick<SpliceInput, 'wrong' | 'right'> & {
  readonly proposals: NonNullable<SpliceInput['proposals']>
}

function turnOf(given: Given): Turn | null {
  const [path, rest] = [given.wrong.thought ?? '', given.right.thought ?? '']
  const slip = isWorking(path) ? slipOf(given) : null
  if (slip !== null) return slip
  const seats = misleadingSeats(given)
  if (seats.length > 0) return { path, pivot: { kind: 'peers', seats }, rest }
  return isWorking(path) ? null : { path, pivot: { kind: 'somewhere' }, rest }
}

/** At the first step that differs from a working that came out right: the leader's own, or else a peer's. */
function slipOf({ wrong, right, proposals }: Given): Turn | null {
  const agreeing = proposals.find(({ answer }) => answer !== null && answer === right.answer)
  const rest = right.thought ?? ''
  const reference = isWorking(rest)
    ? rest
    : agreeing === undefined
      ? ''
      : (extractPeer(agreeing.text).thought ?? '')
  const steps = stepsOf(reference)
  const step = stepsOf(wrong.thought ?? '').findIndex((own, i) => own !== (steps[i] ?? own))
  if (step === -1) return null
  const path = aroundStep(wrong.thought ?? '', step).upTo
  // A working goes on from the step that it got right; any other thought stays whole.
  return { path, pivot: { kind: 'step', step }, rest: isWorking(rest) ? aroundStep(rest, step).from : rest }
}

/** The sentences of a working up to a step, and those from it on. */
function aroundStep(thought: string, step: number): { readonly upTo: string; readonly from: string } {
  const sentences = sentencesOf(thought)
  const place = [...sentences.keys()].filter((at) => !isTalk(sentences[at] ?? ''))[step] ?? 0
  return { upTo: sentences.slice(0, place + 1).join(' '), from: sentences.slice(place).join(' ') }
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
