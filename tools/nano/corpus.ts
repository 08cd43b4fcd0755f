/**
 * Writes training documents for the nano team as JSON lines: {"prompt", "completion": [[text, weight], …]}.
 * Questions, prompts and workings come from the same modules that the browser uses; only the train split is drawn.
 * Usage: corpus --stage echo|trunk|leader|nano-math|nano-logic|nano-knowledge --count N --seed S > FILE
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { relations } from '../../src/mlpo/families/facts_table.ts'
import { families } from '../../src/mlpo/families/families.ts'
import { names, objects } from '../../src/mlpo/families/words.ts'
import { leaderText, peerText, promptStyles } from '../../src/mlpo/prompts.ts'
import { stream, type Random } from '../../src/mlpo/random.ts'
import { splitOf, type Problem, type Solution } from '../../src/mlpo/task.ts'
import type { ChatMessage } from '../../src/engine/engine.ts'
import { allWays, aloneCompletion, copyingWays, teamCompletion, type Segment, type Way } from './leader-ways.ts'
import { isStrong, peerProfiles, peerSolution, teachingAccuracy, type PeerProfile, type Role } from './profiles.ts'

interface Document {
  readonly prompt: string
  readonly completion: readonly Segment[]
}

const { nano } = promptStyles
const roles: readonly Role[] = ['specialist', 'generalist']
/** Drawn twice as often: facts have to be stored, not computed, and swaps take the most looking back. */
const hardFamilies = ['facts', 'shuffled_objects']
const familyPool = [...families, ...families.filter(({ name }) => hardFamilies.includes(name))]

function drawTrainProblem(random: Random, pool = familyPool): Problem {
  for (;;) {
    const problem = random.pick(pool).draw(random, 1)
    if (splitOf(problem.key) === 'train') return problem
  }
}

const echoWords = [
  ...new Set([...names, ...objects, ...relations.flatMap(({ facts }) => facts.flat())]),
  ...['True', 'False', 'north', 'south', 'east', 'west', 'Monday', 'Sunday', 'March', 'June'],
]
const echoSigns = [' ', ': ', ' = ', ' + ', ' (', ' is ', ' has ']

/** Random pairs, then some of them again in another order: which pair comes is chance, the rest is to be copied. */
function echoDocument(random: Random): Document {
  const piece = () => (random.uniform() < 0.4 ? `${random.int(0, 99)}` : random.pick(echoWords))
  const firsts = [...new Set(Array.from({ length: random.int(4, 10) }, piece))]
  const sign = random.pick(echoSigns)
  const pairs = firsts.map((first) => {
    const rest = Array.from({ length: random.int(1, 2) }, piece).join(' ')
    return { first, rest: `${sign}${rest}` }
  })
  const again = random.shuffle(pairs).slice(0, random.int(2, pairs.length))
  return {
    prompt: `<|system|>echo<|end|><|user|>${pairs.map(({ first, rest }) => `${first}${rest}`).join(', ')}<|end|><|assistant|>`,
    completion: again.flatMap(({ first, rest }, k): Segment[] => [
      [`${k === 0 ? '' : ', '}${first}`, 0],
      [k + 1 === again.length ? `${rest}<|end|>` : rest, 1],
    ]),
  }
}

/** Peers that differ, and one that is followed or two that agree. */
function copyingDocument(random: Random): Document {
  const problem = drawTrainProblem(random)
  const solutions = [0, 1, 2].map(() =>
    peerSolution(problem, { accuracy: 0.4, role: random.pick(roles), random }),
  )
  const prompt = nano.leader({ question: problem.question, solutions: solutions.map(peerText) })
  const view = { problem, solutions, useless: false }
  return { prompt: render(prompt), completion: teamCompletion(view, random, copyingWays) }
}

/** The nano chat template (`tokenizer_config.json` says the same in Jinja). */
function render(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `<|${role}|>${content}<|end|>`).join('') + '<|assistant|>'
}

function teamDocument(random: Random, ways: readonly Way[] = allWays): Document {
  const problem = drawTrainProblem(random)
  const kind = random.uniform()
  const useless = kind < 0.3
  const other = kind < 0.15
  const source = other
    ? drawTrainProblem(
        random,
        families.filter(({ name }) => name === problem.family),
      )
    : problem
  const solutions = [0, 1, 2].map((): Solution => {
    const accuracy = other ? random.uniform() : useless ? 0 : random.pick([0.95, 0.8, 0.45, 0.4])
    return peerSolution(source, { accuracy, role: random.pick(roles), random })
  })
  const prompt = nano.leader({ question: problem.question, solutions: solutions.map(peerText) })
  return { prompt: render(prompt), completion: teamCompletion({ problem, solutions, useless }, random, ways) }
}

function aloneDocument(random: Random): Document {
  const problem = drawTrainProblem(random)
  return {
    prompt: render(nano.leader({ question: problem.question, solutions: null })),
    completion: aloneCompletion(problem),
  }
}

/** Most of a peer's documents are of the families that it is to be good at: there it has most to learn. */
function drawPeerProblem(random: Random, profile: PeerProfile | null, role: Role): Problem {
  if (profile === null || random.uniform() > profile.strongShare) return drawTrainProblem(random)
  const strong = familyPool.filter((family) => isStrong(profile, role, family))
  const facts = strong.filter(({ name }) => name === 'facts')
  return drawTrainProblem(random, [...strong, ...facts])
}

function peerDocument(random: Random, profile: PeerProfile | null): Document {
  const role = profile !== null && random.uniform() < profile.specialistShare ? 'specialist' : random.pick(roles)
  const problem = drawPeerProblem(random, profile, role)
  const solution = solutionOf(problem, role, profile, random)
  return {
    prompt: render(nano.peer({ role, question: problem.question })),
    completion: [[`${peerText(solution)}<|end|>`, 1]],
  }
}

function solutionOf(problem: Problem, role: Role, profile: PeerProfile | null, random: Random): Solution {
  const accuracy = profile === null ? 1 : teachingAccuracy(profile, role, problem)
  return peerSolution(problem, { accuracy, role, random })
}

/** Own previous solution and the leader's output: keep what is right, else correct or stay stubborn. */
function reviseDocument(random: Random, profile: PeerProfile | null): Document {
  const problem = drawTrainProblem(random)
  const role = random.pick(roles)
  const own = solutionOf(problem, role, profile, random)
  const leaderRight = random.uniform() < 0.75
  const leaderSolution = leaderRight ? problem.solve() : problem.slip(random)
  const thought = random.uniform() < 0.5 ? 'I follow peer 1.' : `I work. ${leaderSolution.steps.join(' ')}`
  const leader = leaderText({ thought, answer: leaderSolution.answer })
  const keep =
    own.answer === leaderSolution.answer ||
    random.uniform() < (profile?.stubbornness ?? 0.5) * (own.answer === problem.answer ? 1 : 0.6)
  const prompt = nano.revise({ role, question: problem.question, own: peerText(own), leader })
  const revised = keep ? own : leaderSolution
  return { prompt: render(prompt), completion: [[`${peerText(revised)}<|end|>`, 1]] }
}

function makeDocument(stage: string, random: Random): Document {
  const kind = random.uniform()
  if (stage === 'trunk') {
    if (kind < 0.06) return echoDocument(random)
    if (kind < 0.12) return copyingDocument(random)
    if (kind < 0.5) return teamDocument(random)
    if (kind < 0.77) return aloneDocument(random)
    return kind < 0.95 ? peerDocument(random, null) : reviseDocument(random, null)
  }
  if (stage === 'echo') return echoDocument(random)
  if (stage === 'leader') return kind < 0.6 ? teamDocument(random) : aloneDocument(random)
  const profile = peerProfiles.find(({ id }) => id === stage)
  if (profile === undefined) throw new Error(`unknown stage "${stage}"`)
  return kind < 0.85 ? peerDocument(random, profile) : reviseDocument(random, profile)
}

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'trunk' },
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '/dev/stdout' },
  },
})
const file = openSync(values.out, 'w')
let block: string[] = []
for (let i = 0; i < Number(values.count); i++) {
  block.push(
    JSON.stringify(makeDocument(values.stage, stream(Number(values.seed), 'corpus', values.stage, i))),
  )
  if (block.length === 5000 || i + 1 === Number(values.count)) {
    writeSync(file, `${block.join('\n')}\n`)
    block = []
  }
}
closeSync(file)
