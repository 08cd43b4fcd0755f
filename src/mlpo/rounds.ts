/**
 * One question asked to the team (MLPO §1): T rounds, streamed as they are written. Round 0: each peer answers alone,
 * the leader reads all. Later: each peer sees its own previous solution and the leader's previous output, and revises.
 * Peers on different engines write at the same time. The gold answer is used to judge, never to prompt.
 */
import type { Engine, TokenIds } from '../engine/engine.ts'
import { judgeLeader, judgePeer, normaliseAnswer, prepareAnswers, type Judgement } from './answers/check.ts'
import { extractLeader, extractPeer, type Extraction } from './answers/extract.ts'
import { budgetAfter, noBudget } from './budget.ts'
import type { Config } from './config/config.ts'
import { merged } from './merged.ts'
import { seatOrder } from './seats.ts'
import type { RoundEvent, Speaker } from './stages.ts'
import type { Task } from './task.ts'
import type { Team } from './team.ts'
import { uniquePlurality } from './vote.ts'

/** A question; gold may be unknown for one that a user typed. */
export type AskedTask = Omit<Task, 'answer' | 'key'> & { readonly answer: string | null }

/** The texts of a finished round. `peers` is by seat. */
export interface FinishedRound {
  readonly peers: readonly string[]
  readonly leader: string
}

export interface AskInput {
  readonly team: Team
  readonly task: AskedTask
  /** More rounds than `history` has are added until there are this many. */
  readonly rounds: number
  readonly history?: readonly FinishedRound[]
  /** By seat: what stands as the peers' solutions of the first round asked, instead of their writing; one for each seat. */
  readonly given?: readonly string[]
  readonly settings: Pick<Config, 'max_completion_length' | 'max_proposal_length' | 'permute_seats'>
  readonly temperature: number
  readonly seed: number
  /** Milliseconds, from any origin. */
  readonly now: () => number
  readonly signal?: AbortSignal
}

export async function* askTeam(input: AskInput): AsyncGenerator<RoundEvent, void, void> {
  const { team, task, rounds, history = [], settings, seed } = input
  await prepareAnswers([task])
  const seats = seatOrder({
    taskId: task.id,
    peers: team.peers.length,
    seed,
    permute: settings.permute_seats,
  })
  let last = history.at(-1) ?? null
  let answers: readonly (string | null)[] = last?.peers.map((text) => judge(task, text, 'peer').answer) ?? []
  let budget = noBudget
  let decided = last === null ? null : judge(task, last.leader, 'leader')
  for (let round = history.length; round < rounds; round++) {
    yield { kind: 'round', round, rounds }
    const given = round === history.length ? input.given : undefined
    const peers =
      given === undefined
        ? yield* peersWrite({ input, seats, round, last })
        : yield* standingSolutions(given, { task, round })
    answers = peers.map(({ judgement }) => judgement.answer)
    const solutions = peers.map(({ text }) => text)
    const prompt = team.leader.render(team.style.leader({ question: task.question, solutions }))
    const leader = yield* write({ input, engine: team.leader, prompt, round, speaker: 'leader' })
    decided = leader.judgement
    budget = [...(given === undefined ? peers : []), leader].reduce(
      (spent, { event }) => budgetAfter(spent, event),
      budget,
    )
    last = { peers: solutions, leader: leader.text }
  }
  const right = task.answer === null || decided === null ? null : decided.right
  yield { kind: 'done', answer: decided?.answer ?? null, right, vote: uniquePlurality(answers), budget }
}

interface Written {
  readonly text: string
  readonly judgement: Judgement
  readonly event: Extract<RoundEvent, { readonly kind: 'answer' }>
}

/** Solutions that nobody has to write: they cost nothing. */
function* standingSolutions(
  texts: readonly string[],
  { task, round }: { readonly task: AskedTask; readonly round: number },
): Generator<RoundEvent, readonly Written[], void> {
  const written = texts.map((text, speaker) =>
    answered({ task, round, speaker, text, tokens: 0, promptTokens: 0, elapsedMs: 0 }),
  )
  for (const { event } of written) yield event
  return written
}

/** All peers of a round, in seat order; events come as they are made. */
async function* peersWrite({
  input,
  seats,
  round,
  last,
}: {
  readonly input: AskInput
  readonly seats: readonly number[]
  readonly round: number
  readonly last: FinishedRound | null
}): AsyncGenerator<RoundEvent, readonly Written[], void> {
  const { team, task } = input
  const written: Written[] = []
  const engines = new Set(seats.map((peer) => team.peers[peer]?.engine))
  const byEngine = [...engines].map((engine) =>
    [...seats.entries()].filter(([, peer]) => team.peers[peer]?.engine === engine),
  )
  /** The seats of one engine, one after another. */
  async function* inTurn(
    own: readonly (readonly [number, number])[],
  ): AsyncGenerator<RoundEvent, void, void> {
    for (const [seat, peer] of own) {
      const member = team.peers[peer]
      if (member === undefined) continue
      const { engine, role, style } = member
      const { question } = task
      const messages =
        last === null
          ? style.peer({ role, question })
          : style.revise({ role, question, own: last.peers[seat] ?? '', leader: last.leader })
      written[seat] = yield* write({ input, engine, prompt: engine.render(messages), round, speaker: seat })
    }
  }
  yield* merged(byEngine.map(inTurn))
  return written
}

/** One speaker's text, piece by piece, and its answer at the end. */
async function* write({
  input,
  engine,
  prompt,
  round,
  speaker,
}: {
  readonly input: AskInput
  readonly engine: Engine
  readonly prompt: TokenIds
  readonly round: number
  readonly speaker: Speaker
}): AsyncGenerator<RoundEvent, Written, void> {
  const { task, settings, temperature, seed, now, signal } = input
  const started = now()
  const ids: number[] = []
  let text = ''
  signal?.throwIfAborted()
  const tokens = engine.generate(prompt, {
    id: `ask/${task.id}/round/${round}/${speaker}`,
    maxTokens: speaker === 'leader' ? settings.max_completion_length : settings.max_proposal_length,
    temperature,
    seed,
    ...(signal && { signal }),
  })
  for await (const { id } of tokens) {
    signal?.throwIfAborted()
    ids.push(id)
    // An unfinished character decodes to U+FFFD: it waits for the token that completes it.
    const whole = engine.decode(ids).replace(/\uFFFD+$/, '')
    if (whole.length > text.length) yield { kind: 'text', round, speaker, delta: whole.slice(text.length) }
    text = whole
  }
  const cost = { tokens: ids.length, promptTokens: prompt.length, elapsedMs: now() - started }
  const written = answered({ task, round, speaker, text, ...cost })
  yield written.event
  return written
}

/** A whole text, read and judged. */
function answered({
  task,
  ...said
}: Pick<Written['event'], 'round' | 'speaker' | 'text' | 'tokens' | 'promptTokens' | 'elapsedMs'> & {
  readonly task: AskedTask
}): Written {
  const judgement = judge(task, said.text, said.speaker === 'leader' ? 'leader' : 'peer')
  const { thought, answer, unparseable } = judgement
  const right = task.answer === null ? null : judgement.right
  return {
    text: said.text,
    judgement,
    event: { kind: 'answer', ...said, thought, answer, unparseable, right },
  }
}

/** Without a gold answer the text is only read. */
function judge({ answer, ...task }: AskedTask, text: string, by: 'peer' | 'leader'): Judgement {
  if (answer !== null) return (by === 'leader' ? judgeLeader : judgePeer)({ ...task, answer }, text)
  const read: Extraction = by === 'leader' ? extractLeader(text) : extractPeer(text)
  return {
    thought: read.thought,
    answer:
      read.status === 'parsed'
        ? (normaliseAnswer(read.answer, task.answer_type, task.choices) ?? read.answer)
        : null,
    right: false,
    unparseable: read.status === 'parsed' ? null : { reason: read.reason },
  }
}
