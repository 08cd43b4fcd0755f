/** Laws of the evaluation: ties share, the oracle bounds, order does not matter, the same seed gives the same result. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEvaluator, decodingsOf, type Control, type EvaluatorInput } from './evaluate.ts'
import { compareEvaluations, summarise, type EvaluationRow } from './evaluation-rows.ts'
import { leaderText, promptStyles } from './prompts.ts'
import { drawQuestions } from './questions.ts'
import type { Task } from './task.ts'
import type { TeamPeer } from './team.ts'
import { scriptedEngine, type ScriptedCall } from './testing/scripted-engine.ts'

const tasks = drawQuestions({
  families: ['chain', 'remainder'],
  difficulty: 1,
  split: 'dev',
  count: 80,
  seed: 5,
})
const taskIn = (prompt: string) => tasks.find(({ question }) => prompt.includes(question)) as Task
const settings: EvaluatorInput['settings'] = {
  seed: 1,
  max_completion_length: 200,
  max_proposal_length: 64,
  eval_rounds: 1,
  permute_seats: false,
}

/** Right in this share of the questions. */
const peer = (share: number): TeamPeer => ({
  engine: scriptedEngine(`peer-${share}`, ({ prompt, uniform }) => {
    const { answer } = taskIn(prompt)
    return `Answer: ${uniform < share ? answer : Number(answer) + 1 + Math.floor(uniform * 3)}`
  }),
  role: 'r',
  style: promptStyles.nano,
  fingerprint: '',
})

/** Takes what the peer in a seat says; alone it says 7. */
const follow =
  (seat: number) =>
  ({ prompt }: ScriptedCall) => {
    const said = new RegExp(`Peer ${seat + 1}: .*?Answer: (-?\\d+)`).exec(prompt)?.[1]
    return leaderText({ thought: 'I follow.', answer: said ?? '7' })
  }

function evaluator(
  given: Partial<EvaluatorInput> & {
    readonly reply?: (call: ScriptedCall) => string
    readonly control?: Control
  } = {},
) {
  const { reply = follow(0), ...rest } = given
  const leader = scriptedEngine('leader', reply)
  const team = { leader, style: promptStyles.nano, peers: [peer(0.9), peer(0.5), peer(0.3)] }
  return { leader, ...createEvaluator({ team, tasks, settings, ...rest }) }
}

const sampled = { step: 0, decoding: 'sampled' } as const

const outcome = fc.record({ answer: fc.constantFrom('a', 'b', 'c', null), right: fc.constant(false) })
const gold = 'a'
const judged = (told: { readonly answer: string | null }) => ({ ...told, right: told.answer === gold })
const row = fc
  .record({
    taskId: fc.uuid(),
    family: fc.constantFrom('x', 'y'),
    peers: fc.array(outcome, { minLength: 3, maxLength: 3 }),
    rounds: fc.array(outcome, { minLength: 1, maxLength: 1 }),
    alone: outcome,
    validFormats: fc.constantFrom(0, 1, 2),
    leaderTokens: fc.nat(50),
  })
  .map((all): EvaluationRow => ({
    ...all,
    peers: all.peers.map(judged),
    rounds: all.rounds.map(judged),
    alone: judged(all.alone),
  }))
const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: ({ taskId }) => taskId })
const summary = (of: readonly EvaluationRow[]) =>
  summarise({ step: 0, decoding: 'sampled', rows: of }, { seed: 1 })

describe('GSM8K', () => {
  const gsm8k = tasks.slice(0, 10).map((task) => ({ ...task, family: 'gsm8k' }))

  test('strict-match wants the form, flexible-extract the last number alone', async () => {
    const reply = ({ prompt }: ScriptedCall) =>
      `It takes 3 steps, then we have ${taskIn(prompt).answer} of them.`
    const { evaluation } = await evaluator({ reply, tasks: gsm8k }).evaluate(sampled)
    expect(evaluation.families).toMatchObject([
      { leaderTeam: 0, leaderAlone: 0, flexible: { leaderTeam: 1, leaderAlone: 1 } },
    ])
    // Peers keep the form, so that both ways agree.
    expect(evaluation.families[0]?.flexible?.peers).toEqual(evaluation.families[0]?.peers)
  })

  test('other families are scored in one way', async () => {
    const { evaluation } = await evaluator().evaluate(sampled)
    for (const family of evaluation.families) expect(family).not.toHaveProperty('flexible')
  })
})

describe('the summary', () => {
  test('bounds: no peer and no vote is better than the oracle, no peer better than the best', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const { oracle, majority, bestPeer, peers } = summary(of)
        for (const { value } of [majority, bestPeer, ...peers])
          expect(value).toBeLessThanOrEqual(oracle.value + 1e-12)
        for (const { value } of peers) expect(value).toBeLessThanOrEqual(bestPeer.value)
      }),
      { numRuns: 30 },
    )
  })

  test('does not depend on the order of the questions, intervals included', () => {
    fc.assert(
      fc.property(rows, (of) => {
        expect(summary([...of].reverse())).toEqual(summary(of))
      }),
      { numRuns: 20 },
    )
  })

  test('every share lies within its interval', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const { leaderTeam, leaderAlone, majority, bestPeer, oracle, gainOverMajority } = summary(of)
        for (const { low, value, high } of [
          leaderTeam,
          leaderAlone,
          majority,
          bestPeer,
          oracle,
          gainOverMajority,
        ]) {
          expect(low).toBeLessThanOrEqual(value + 1e-12)
          expect(high).toBeGreaterThanOrEqual(value - 1e-12)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('a tie of m scores 1/m where the right answer is among them', () => {
    const told = (...answers: (string | null)[]): EvaluationRow => ({
      taskId: answers.join(),
      family: 'x',
      peers: answers.map((answer) => judged({ answer })),
      rounds: [judged({ answer: 'a' })],
      alone: judged({ answer: null }),
      validFormats: 1,
      leaderTokens: 1,
    })
    expect(summary([told('a', 'b', 'c')]).majority.value).toBeCloseTo(1 / 3)
    expect(summary([told('a', 'b', null)]).majority.value).toBe(1 / 2)
    expect(summary([told('b', 'b', 'a')]).majority.value).toBe(0)
    expect(summary([told(null, null, 'a')]).majority.value).toBe(1)
  })

  test('families and numbers of right peers each add up to the whole', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const { n, leaderTeam, families, detail } = summary(of)
        for (const parts of [families, detail?.byRightPeers ?? []]) {
          expect(parts.reduce((sum, part) => sum + part.n, 0)).toBe(n)
          const total = parts.reduce((sum, part) => sum + part.n * (part.leaderTeam ?? 0), 0)
          expect(total / n).toBeCloseTo(leaderTeam.value)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('refuses to compare different questions, and an evaluation does not differ from itself', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const all = { step: 0, decoding: 'sampled', rows: of } as const
        const { leaderTeam } = compareEvaluations(all, all, { seed: 1 })
        expect(leaderTeam).toEqual({ value: 0, low: 0, high: 0 })
        expect(() => compareEvaluations(all, { ...all, rows: of.slice(1) }, { seed: 1 })).toThrow(RangeError)
      }),
      { numRuns: 10 },
    )
  })
})

describe('an evaluation', () => {
  test('a leader that follows peer 1 is as good as peer 1, and copies it', async () => {
    const { evaluation } = await evaluator().evaluate(sampled)
    expect(evaluation.n).toBe(80)
    expect(evaluation.leaderTeam).toEqual(evaluation.peers[0])
    expect(evaluation.bestPeerIndex).toBe(0)
    expect(evaluation.formatValid).toBe(1)
    expect(evaluation.detail?.copyRates[0]).toBe(1)
  })

  test('is the same each time, in any order of the questions and with any neighbours', async () => {
    const one = evaluator()
    const first = await one.evaluate(sampled)
    expect(await one.evaluate(sampled)).toEqual(first)
    const reversed = await evaluator({ tasks: [...tasks].reverse() }).evaluate(sampled)
    expect(reversed.evaluation).toEqual(first.evaluation)
    const few = await evaluator({ tasks: tasks.slice(3, 9) }).evaluate(sampled)
    expect(few.outcomes.rows).toEqual(first.outcomes.rows.slice(3, 9))
  })

  test('asks the peers once for all evaluations of one decoding', async () => {
    const asked = peer(0.5)
    const engine = asked.engine as ReturnType<typeof scriptedEngine>
    const leader = scriptedEngine('leader', follow(0))
    const one = createEvaluator({
      team: { leader, style: promptStyles.nano, peers: [asked] },
      tasks,
      settings,
    })
    await one.evaluate(sampled)
    await one.evaluate({ ...sampled, step: 5 })
    expect(engine.prompts.length).toBe(tasks.length)
    await one.evaluate({ ...sampled, decoding: 'greedy' })
    expect(engine.prompts.length).toBe(2 * tasks.length)
  })

  test('with proposals of another question, following is worth next to nothing', async () => {
    const { evaluation } = await evaluator({ control: 'other-question' }).evaluate(sampled)
    expect(evaluation.leaderTeam.value).toBeLessThan(0.3)
    const own = await evaluator().evaluate(sampled)
    expect(own.evaluation.leaderTeam.value).toBeGreaterThan(0.7)
  })

  test('with permuted seats, following a seat is following peers at random', async () => {
    const { evaluation } = await evaluator({ control: 'permuted-seats' }).evaluate(sampled)
    expect(evaluation.leaderTeam.value).toBeLessThan(0.75)
    expect(evaluation.peers.map(({ value }) => value > 0.6)).toEqual([true, false, false])
  })

  test('later rounds show each peer its own solution and the leader its output, and are counted one by one', async () => {
    const { evaluation } = await evaluator({ settings: { ...settings, eval_rounds: 3 } }).evaluate(sampled)
    expect(evaluation.detail?.rounds).toHaveLength(3)
    expect(evaluation.detail?.rounds.at(-1)).toEqual(evaluation.leaderTeam)
  })

  test('greedily the same prompt has the same text, so that it is asked once; sampled it is asked again', async () => {
    // Peers that stand by what they said, and a leader that follows the first one: from the second round on nothing moves.
    const asked = async (decoding: 'greedy' | 'sampled') => {
      const one = evaluator({ settings: { ...settings, eval_rounds: 5 } })
      const { evaluation } = await one.evaluate({ step: 0, decoding })
      expect(evaluation.detail?.rounds).toHaveLength(5)
      return { asked: one.leader.prompts.length, different: new Set(one.leader.prompts).size }
    }
    const greedy = await asked('greedy')
    expect(greedy.asked).toBe(greedy.different)
    expect(greedy.asked).toBeLessThan(3 * tasks.length)
    expect((await asked('sampled')).asked).toBe(6 * tasks.length)
  })

  test('never shows the gold answer to the leader', async () => {
    const secret: Task = { ...(tasks[0] as Task), answer: '424242' }
    const leader = scriptedEngine('leader', () => leaderText({ thought: '', answer: '1' }))
    const engine = scriptedEngine('peer', () => 'Answer: 1')
    const peers = [{ engine, role: 'r', style: promptStyles.chat, fingerprint: '' }]
    const team = { leader, style: promptStyles.chat, peers }
    await createEvaluator({ team, tasks: [secret], settings: { ...settings, eval_rounds: 2 } }).evaluate(
      sampled,
    )
    expect([...leader.prompts, ...engine.prompts].join()).not.toContain('424242')
  })

  test('an unparseable leader is wrong and shown as such', async () => {
    const { evaluation } = await evaluator({ reply: () => 'I do not know.' }).evaluate(sampled)
    expect(evaluation.leaderTeam.value).toBe(0)
    expect(evaluation.formatValid).toBe(0)
  })

  test('stops between batches when it is told to', async () => {
    const controller = new AbortController()
    const going = evaluator().evaluate({
      ...sampled,
      signal: controller.signal,
      onProgress: ({ what }) => {
        if (what === 'evaluate') controller.abort()
      },
    })
    await expect(going).rejects.toThrow(/abort/i)
  })

  test('eval_decoding both asks for each decoding once', () => {
    expect(decodingsOf({ eval_decoding: 'both' })).toEqual(['greedy', 'sampled'])
    expect(decodingsOf({ eval_decoding: 'greedy' })).toEqual(['greedy'])
  })
})
