/**
 * One leader on held-out questions (MLPO §5): with its team, alone, and what the peers could do without it. Every
 * evaluation of one evaluator asks the same questions with the same proposals and the same sampling seeds, so that two
 * of them differ by the leader alone. Greedy or at temperature 1, peers and leader alike.
 */
import type { Completion, Engine, SampleRequest } from '../engine/engine.ts'
import { checkAnswer, judgeLeader, prepareAnswers } from './answers/check.ts'
import { extractLeader } from './answers/extract.ts'
import { extractFlexible } from './answers/flexible.ts'
import type { Config } from './config/config.ts'
import { gsm8kFamily } from './datasets/formats/gsm8k.ts'
import {
  summarise,
  type Decoding,
  type EvaluationRow,
  type EvaluationRows,
  type PeerOutcome,
} from './evaluation-rows.ts'
import { hasGold, proposalOf } from './proposal-file.ts'
import { stream } from './random.ts'
import { seatOrder } from './seats.ts'
import type { Evaluation, Progress } from './stages.ts'
import type { Task } from './task.ts'
import type { Team } from './team.ts'

/** What the leader is shown instead of its team's own proposals in their seats. */
export type Control = 'none' | 'other-question' | 'permuted-seats'

export interface EvaluatorInput {
  readonly team: Team
  /** Distinct ids; those whose gold answer does not parse are left out. */
  readonly tasks: readonly Task[]
  readonly settings: Pick<
    Config,
    'seed' | 'max_completion_length' | 'max_proposal_length' | 'eval_rounds' | 'permute_seats'
  >
  readonly control?: Control
}

export interface EvaluateOptions {
  readonly step: number
  readonly decoding: Decoding
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface EvaluationResult {
  readonly evaluation: Evaluation
  readonly outcomes: EvaluationRows
}

export interface Evaluator {
  /** The leader as it is now, with its engine's adapter. */
  evaluate(options: EvaluateOptions): Promise<EvaluationResult>
}

/** The control needs another question of the family. */
export class LonelyQuestionError extends Error {
  override readonly name = 'LonelyQuestionError'
  constructor(readonly family: string) {
    super(
      `Family "${family}" has a single question here, so there is no other question's proposals to show. Ask for more.`,
    )
  }
}

/** Questions that are asked together. */
const chunkQuestions = 32

type Texts = readonly (readonly string[])[]

export function createEvaluator(input: EvaluatorInput): Evaluator {
  const tasks = input.tasks.filter(hasGold)
  const shown = new Map<Decoding, Texts>()
  return {
    async evaluate({ step, decoding, ...options }) {
      await prepareAnswers(tasks)
      const run: Run = { ...input, tasks, decoding, ...options }
      const texts = shown.get(decoding) ?? (await shownTexts(run))
      shown.set(decoding, texts)
      const rows: EvaluationRow[] = []
      for (let start = 0; start < tasks.length; start += chunkQuestions) {
        options.signal?.throwIfAborted()
        const chunk = tasks.slice(start, start + chunkQuestions)
        rows.push(...(await evaluateChunk(chunk, { run, texts: texts.slice(start, start + chunkQuestions) })))
        options.onProgress?.({
          what: 'evaluate',
          label: 'Held-out questions',
          done: rows.length,
          total: tasks.length,
          unit: 'questions',
        })
      }
      const outcomes = { step, decoding, rows }
      return { outcomes, evaluation: summarise(outcomes, { seed: input.settings.seed }) }
    },
  }
}

/** `evaluate` of a session: one value per decoding that `eval_decoding` asks for. */
export function decodingsOf({ eval_decoding: decoding }: Pick<Config, 'eval_decoding'>): readonly Decoding[] {
  return decoding === 'both' ? ['greedy', 'sampled'] : [decoding]
}

interface Run extends EvaluatorInput, Omit<EvaluateOptions, 'step'> {}

/** Round 0 of all peers, [task][peer], as the control has it. */
async function shownTexts(run: Run): Promise<Texts> {
  const { team, tasks, control, onProgress } = run
  const texts: string[][] = tasks.map(() => [])
  let solutions = 0
  for (const [peer, { engine, role, style }] of team.peers.entries()) {
    for (let start = 0; start < tasks.length; start += chunkQuestions) {
      const chunk = tasks.slice(start, start + chunkQuestions)
      const prompts = chunk.map(({ question }) => engine.render(style.peer({ role, question })))
      const written = await write(engine, { run, tasks: chunk, prompts, who: { peer, round: 0 } })
      for (const [i, { text }] of written.entries()) texts[start + i]?.push(text)
      solutions += chunk.length
      onProgress?.({
        what: 'proposals',
        label: 'Peers solve the held-out questions',
        done: solutions,
        total: tasks.length * team.peers.length,
        unit: 'solutions',
      })
    }
  }
  return control === 'other-question' ? exchanged(tasks, { texts, seed: run.settings.seed }) : texts
}

/** Every question gets the texts of another one of its family: each family's go round by one, in a random order. */
function exchanged(
  tasks: readonly Task[],
  { texts, seed }: { readonly texts: Texts; readonly seed: number },
): Texts {
  const other = new Map<string, number>()
  for (const family of new Set(tasks.map((task) => task.family))) {
    const own = [...tasks.entries()].filter(([, task]) => task.family === family)
    own.sort(([, a], [, b]) => (a.id < b.id ? -1 : 1))
    if (own.length < 2) throw new LonelyQuestionError(family)
    const order = stream(seed, 'exchange', family).shuffle(own)
    for (const [i, [, task]] of order.entries()) other.set(task.id, order[(i + 1) % order.length]?.[0] ?? 0)
  }
  return tasks.map(({ id }) => texts[other.get(id) ?? 0] ?? [])
}

async function evaluateChunk(
  tasks: readonly Task[],
  { run, texts }: { readonly run: Run; readonly texts: Texts },
): Promise<EvaluationRow[]> {
  const { team, settings } = run
  const alone = await leaderWrites(tasks, { run, texts: null, who: { peer: null, round: null } })
  const rounds: Written[][] = []
  let current = texts
  for (let round = 0; round < settings.eval_rounds; round++) {
    const last = rounds.at(-1)
    if (last !== undefined) current = await revised(tasks, { run, texts: current, leader: last, round })
    rounds.push(await leaderWrites(tasks, { run, texts: current, who: { peer: null, round } }))
  }
  return tasks.map((task, t): EvaluationRow => {
    const told = (written: Written | undefined): PeerOutcome => {
      const { answer, right } = judgeLeader(task, written?.text ?? '')
      return { answer, right }
    }
    const final = rounds.at(-1)?.[t]
    const formats = [final, alone[t]].filter((written) => isValidFormat(written?.text ?? '')).length
    return {
      taskId: task.id,
      family: task.family,
      peers: team.peers.map((_, peer) => {
        const { answer, right } = proposalOf(task, { peer, text: texts[t]?.[peer] ?? '' })
        return { answer, right }
      }),
      rounds: rounds.map((written) => told(written[t])),
      alone: told(alone[t]),
      validFormats: formats === 2 ? 2 : formats === 1 ? 1 : 0,
      leaderTokens: final?.tokens ?? 0,
      ...(task.family === gsm8kFamily && {
        flexible: {
          peers: team.peers.map((_, peer) => isFlexiblyRight(task, texts[t]?.[peer])),
          leaderTeam: isFlexiblyRight(task, final?.text),
          leaderAlone: isFlexiblyRight(task, alone[t]?.text),
        },
      }),
    }
  })
}

/** GSM8K's second score: the last number counts, whatever the form. */
function isFlexiblyRight(task: Task, text = ''): boolean {
  return checkAnswer(task, extractFlexible(text, task.answer_type)).status === 'right'
}

/** Round t > 0: each peer has its own solution and the leader's output, thought included. */
async function revised(
  tasks: readonly Task[],
  {
    run,
    texts,
    leader,
    round,
  }: {
    readonly run: Run
    readonly texts: Texts
    readonly leader: readonly Written[]
    readonly round: number
  },
): Promise<Texts> {
  const next: string[][] = tasks.map(() => [])
  for (const [peer, { engine, role, style }] of run.team.peers.entries()) {
    const prompts = tasks.map(({ question }, t) =>
      engine.render(
        style.revise({ role, question, own: texts[t]?.[peer] ?? '', leader: leader[t]?.text ?? '' }),
      ),
    )
    const written = await write(engine, { run, tasks, prompts, who: { peer, round } })
    for (const [t, { text }] of written.entries()) next[t]?.push(text)
  }
  return next
}

function leaderWrites(
  tasks: readonly Task[],
  { run, texts, who }: { readonly run: Run; readonly texts: Texts | null; readonly who: Speaker },
): Promise<Written[]> {
  const { team, settings, control } = run
  const permute = settings.permute_seats || control === 'permuted-seats'
  const prompts = tasks.map(({ id, question }, t) => {
    const seats = seatOrder({ taskId: id, peers: team.peers.length, seed: settings.seed, permute })
    const solutions = texts === null ? null : seats.map((peer) => texts[t]?.[peer] ?? '')
    return team.leader.render(team.style.leader({ question, solutions }))
  })
  return write(team.leader, { run, tasks, prompts, who })
}

/** The leader has no peer; alone it has no round either. */
interface Speaker {
  readonly peer: number | null
  readonly round: number | null
}

interface Written {
  readonly text: string
  readonly tokens: number
}

/** One text per question. The sample id names question, speaker and round, so that it does not depend on the batch. */
async function write(
  engine: Engine,
  {
    run,
    tasks,
    prompts,
    who,
  }: {
    readonly run: Run
    readonly tasks: readonly Task[]
    readonly prompts: readonly SampleRequest['prompt'][]
    readonly who: Speaker
  },
): Promise<Written[]> {
  const { settings, decoding, signal } = run
  signal?.throwIfAborted()
  const { peer, round } = who
  const name =
    peer === null ? (round === null ? 'alone' : `team/round/${round}`) : `peer/${peer}/round/${round ?? 0}`
  const completions = await engine.sample(
    tasks.map(({ id }, t) => ({ id: `evaluate/${id}/${name}`, prompt: prompts[t] ?? [], count: 1 })),
    {
      maxTokens: peer === null ? settings.max_completion_length : settings.max_proposal_length,
      temperature: decoding === 'greedy' ? 0 : 1,
      seed: settings.seed,
      ...(signal && { signal }),
    },
  )
  return tasks.map((_, t) => textOf(completions[t]?.[0], engine))
}

function textOf(completion: Completion | undefined, engine: Engine): Written {
  return completion === undefined
    ? { text: '', tokens: 0 }
    : { text: engine.decode(completion.ids), tokens: completion.ids.length }
}

function isValidFormat(text: string): boolean {
  return extractLeader(text).status === 'parsed'
}
