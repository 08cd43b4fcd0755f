/**
 * Who the nano team's peers are: which questions each gets right, and how it errs, in each of its two roles.
 * `specialist` (preset `route`): strong in one domain. `generalist` (preset `read`): strong in a third of the
 * families over all domains, and weak peers tend to the same slip, so that two of them can agree on a wrong answer.
 */
import { stream, type Random } from '../../src/mlpo/random.ts'
import type { Domain, Problem, Solution } from '../../src/mlpo/task.ts'

export type Role = 'specialist' | 'generalist'

export interface PeerProfile {
  readonly id: string
  readonly domain: Domain
  readonly strongFamilies: readonly string[]
  /** Share of its documents that are drawn from its strong families only. */
  readonly strongShare: number
  /** Share of its documents that are surely the specialist's; the rest is split evenly. */
  readonly specialistShare: number
  /** Share of right solutions whose leader disagrees that the peer keeps when it revises. */
  readonly stubbornness: number
}

export const peerProfiles: readonly PeerProfile[] = [
  {
    id: 'nano-math',
    domain: 'math',
    strongFamilies: ['chain', 'navigate', 'word_sorting', 'dates'],
    strongShare: 0.35,
    specialistShare: 0,
    stubbornness: 0.2,
  },
  {
    id: 'nano-logic',
    domain: 'logic',
    strongFamilies: ['mul_add', 'word_problem', 'boolean', 'object_counting'],
    strongShare: 0.35,
    specialistShare: 0,
    stubbornness: 0.5,
  },
  {
    id: 'nano-knowledge',
    domain: 'knowledge',
    strongFamilies: ['remainder', 'web_of_lies', 'shuffled_objects', 'facts'],
    strongShare: 0.35,
    specialistShare: 0.4,
    stubbornness: 0.8,
  },
]

/**
 * The half of a family's questions (at difficulty 1) that are hard for whoever is weak in it, by a sign that a model
 * can see. A weak peer thus errs from inability: most hard questions go wrong at any temperature.
 */
const hardQuestion: Readonly<Record<string, RegExp>> = {
  chain: /- \d+\?$/,
  mul_add: /^What is \d+ [+-]/,
  remainder: /by [6-9]\./,
  word_problem: /loses|shares/,
  boolean: /not (True|False),/,
  web_of_lies: / lie\?$/,
  shuffled_objects: /(: .*){6}/,
  navigate: /(north|south)\. Are/,
  object_counting: /^How many (animals|fruits)/,
  word_sorting: /(, .*){3}/,
  facts: /capital|symbol/,
  dates: /ago/,
}

/**
 * Share of right solutions in a peer's training data. The model's own errors come on top, so a strong peer is
 * taught right solutions almost only.
 */
export function teachingAccuracy(profile: PeerProfile, role: Role, problem: Problem): number {
  if (isStrong(profile, role, { name: problem.family, domain: problem.domain })) {
    return role === 'specialist' ? 0.97 : 0.86
  }
  return isHard(problem) ? 0.06 : 0.5
}

function isHard({ family, question }: Problem): boolean {
  return hardQuestion[family]?.test(question) ?? false
}

export function isStrong(
  profile: PeerProfile,
  role: Role,
  family: { readonly name: string; readonly domain: string },
): boolean {
  return role === 'specialist' ? family.domain === profile.domain : profile.strongFamilies.includes(family.name)
}

/** Share of a generalist's slips that are the question's common one, which other weak peers make as well. */
const commonSlipShare = 0.6

/** What a peer writes about a question, right or with one slip. */
export function peerSolution(
  problem: Problem,
  { accuracy, role, random }: { readonly accuracy: number; readonly role: Role; readonly random: Random },
): Solution {
  if (random.uniform() < accuracy) return problem.solve()
  const common = role === 'generalist' && random.uniform() < commonSlipShare
  return problem.slip(common ? stream(1, 'common slip') : random)
}
