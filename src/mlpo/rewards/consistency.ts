/**
 * Does what can be checked of the thought lead to the answer (MLPO §4)? 1 if everything does, 0 if anything does not,
 * skipped where nothing can be checked. Three kinds of check, for terse and for free texts alike [C]:
 * what the thought says of its peers ("I follow peer 2", "1 and 3 agree", "peer 1 is wrong") holds for the answer; every sum
 * of plain numbers in it is right; and the working ends with the answer: a number is its last number, a choice its last
 * letter in brackets or option, a truth value its last word of that kind, a list its words in this order, a text stands in
 * its last sentence (part of a text there says nothing). It cannot see whether the words between are true, a working whose result is never spelt out, or
 * which of several values in a last sentence is meant; a thought that only asserts its answer is consistent with it.
 */
import { checkAnswer, normaliseAnswer } from '../answers/check.ts'
import type { Task } from '../task.ts'
import type { Answer } from '../vote.ts'
import { arithmeticChecks } from './arithmetic.ts'
import type { RewardFunction } from './reward.ts'

/** null = nothing to check. */
type Check = boolean | null

export const consistency: RewardFunction = {
  description: '1 if what can be checked of the thought leads to the answer, else 0.',
  score(task, { parsed, peerAnswers }) {
    if (parsed.status === 'unparseable' || parsed.thought === null) return null
    const answer = checkAnswer(task, parsed.answer).normalised
    if (answer === null) return null
    const { claims, working } = readThought(parsed.thought)
    const checks: readonly Check[] = [
      ...claims.map((claim) => holds(claim, answer, peerAnswers)),
      ...arithmeticChecks(working),
      endsWithAnswer(working, { task, answer }),
    ]
    const made = checks.filter((check) => check !== null)
    return made.length === 0 ? null : Number(made.every(Boolean))
  },
}

/** What a thought says of peers: that the answer is theirs, or that it is not. Seats count from 0. */
interface Claim {
  readonly seats: readonly number[]
  readonly shared: boolean
}

interface Thought {
  readonly claims: readonly Claim[]
  /** The sentences that say nothing of peers. */
  readonly working: string
}

const seatList = String.raw`(?:peers? )?\d+(?:, \d+)*(?:,? and (?:peer )?\d+)?`
const shared = new RegExp(
  String.raw`\b(?:follow (?<followed>${seatList})|agree with (?<joined>${seatList})|(?<agreeing>${seatList}) (?:all )?agrees?\b|peer (?<right>\d+) (?:is|was) (?:right|correct))`,
  'i',
)
const apart = /\bpeer (?<wrong>\d+) (?:slips|(?:is|was) (?:wrong|incorrect|mistaken))/i
const ofPeers = /\bpeers?\b|\bagrees?\b/i

function readThought(thought: string): Thought {
  const sentences = thought.split(/(?<=[.!?])\s+|\n+/)
  const claims = sentences.flatMap((sentence): Claim[] => {
    const found: Readonly<Record<string, string | undefined>> = shared.exec(sentence)?.groups ?? {}
    const together = Object.values(found).find((seats) => seats !== undefined)
    if (together !== undefined) return [{ seats: seatsOf(together), shared: true }]
    const wrong = apart.exec(sentence)?.groups?.['wrong']
    return wrong === undefined ? [] : [{ seats: seatsOf(wrong), shared: false }]
  })
  return { claims, working: sentences.filter((sentence) => !ofPeers.test(sentence)).join(' ') }
}

function seatsOf(list: string): number[] {
  return [...list.matchAll(/\d+/g)].map(([digits]) => Number(digits) - 1)
}

/** A claim about a peer that is not there does not hold. */
function holds({ seats, shared }: Claim, answer: string, peerAnswers: readonly Answer[] | null): boolean {
  return seats.every((seat) => {
    const given = peerAnswers?.[seat]
    return given !== undefined && (given === answer) === shared
  })
}

function endsWithAnswer(
  working: string,
  { task, answer }: { readonly task: Task; readonly answer: string },
): Check {
  const last = lastValue(working, task)
  if (last !== undefined) return last === null ? null : last === answer
  const gaps = task.answer_type === 'list'
  const said = wordsOf(gaps ? working : lastSentence(working))
  const wanted = wordsOf(answer)
  if (said.length === 0) return null
  if (standsIn(wanted, said, { gaps })) return true
  // "42 - 31 = 11." may well lead to August 11.
  return !gaps && wanted.some((word) => said.includes(word)) ? null : false
}

/** The working's last value of the task's kind; null without any, undefined for kinds that have no spelling of their own. */
function lastValue(working: string, { answer_type, choices }: Task): string | null | undefined {
  switch (answer_type) {
    case 'number':
      return lastOf(working, /(?<![\w.])-?\$?\d+(?:,\d{3})*(?:\.\d+)?(?:\/\d+)?/g, (found) =>
        normaliseAnswer(found, 'number'),
      )
    case 'boolean':
      return lastOf(working, /\b(?:yes|no|true|false)\b/gi, (found) => normaliseAnswer(found, 'boolean'))
    case 'choice':
      return lastOf(working, choicePattern(choices ?? []), (found) =>
        normaliseAnswer(found, 'choice', choices),
      )
    case 'text':
    case 'list':
    case 'latex':
      return undefined
  }
}

/** A letter in brackets, or an option's own text. */
function choicePattern(choices: readonly string[]): RegExp {
  const options = choices.map((option) => option.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(
    [String.raw`\([A-Z]\)`, ...options.map((o) => String.raw`(?<!\w)${o}(?!\w)`)].join('|'),
    'gi',
  )
}

function lastOf(working: string, pattern: RegExp, read: (found: string) => string | null): string | null {
  const found = [...working.matchAll(pattern)].at(-1)?.[0]
  return found === undefined ? null : read(found)
}

function lastSentence(working: string): string {
  return (
    working
      .trim()
      .split(/(?<=[.!?])\s+/)
      .at(-1) ?? ''
  )
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Whether `inner` stands in `words` in its order, next to each other unless gaps are allowed. */
function standsIn(
  inner: readonly string[],
  words: readonly string[],
  { gaps }: { readonly gaps: boolean },
): boolean {
  if (!gaps) return words.some((_, from) => inner.every((word, i) => words[from + i] === word))
  let next = 0
  for (const word of words) if (word === inner[next]) next += 1
  return next === inner.length
}
