/** Methods on a team of a few lines: what they answer, what it costs, and what they may not know. */
import { describe, expect, test } from 'vitest'
import { familyTable as fittedTable } from '../evaluation/choosers.ts'
import { createSamplePool, finished } from '../evaluate-pool.ts'
import { sumCosts } from '../evaluation/cost.ts'
import { drawQuestions } from '../questions.ts'
import { parseConfig } from '../config/config.ts'
import type { PreparedTask } from '../batches.ts'
import type { Engine } from '../../engine/engine.ts'
import { proposalOf } from '../proposal-file.ts'
import { promptStyles } from '../prompts.ts'
import { scriptedEngine } from '../testing/scripted-engine.ts'
import type { Team } from '../team.ts'
import type { Task } from '../task.ts'
import { likeliest } from './best-of-n.ts'
import { deferralStyle } from './deferral.ts'
import { stepsForTokens } from './grpo-same-tokens.ts'
import type { Earlier, Exam, Line } from './method.ts'
import { chosenMethods, methods } from './methods.ts'
import { bestCount, fittedRanking } from './select-llm.ts'
import { solvedByPeer, withoutHeldOut } from './solved.ts'

const config = parseConfig({ eval_rounds: 1, max_completion_length: 200, max_proposal_length: 200 })
const drawn = (split: 'train' | 'dev', count: number) =>
  drawQuestions({ families: ['remainder', 'boolean'], difficulty: 1, split, count, seed: 1 })
const tasks = drawn('dev', 12)
const domainOf = new Map([...tasks, ...drawn('train', 40)].map((task) => [task.question, task]))

/** Right where it knows the family, else wrong; a leader says "2". */
function peerEngine(id: string, knows: string, calls: { count: number }): Engine {
  return counted(
    scriptedEngine(id, ({ prompt }) => {
      const task = [...domainOf.values()].find(({ question }) => prompt.includes(question))
      return `So it is. Answer: ${task?.family === knows ? task.answer : 'none'}`
    }),
    calls,
  )
}

function counted(engine: Engine, calls: { count: number }): Engine {
  return {
    ...engine,
    sample(requests, options) {
      calls.count += requests.reduce((sum, { count }) => sum + count, 0)
      return engine.sample(requests, options)
    },
  }
}

function setUp({ leaderSays = '2' }: { leaderSays?: string } = {}) {
  const calls = { count: 0 }
  const engines = [peerEngine('a', 'remainder', calls), peerEngine('b', 'boolean', calls)]
  const team: Team = {
    leader: counted(
      scriptedEngine('leader', () => `<think>Peer ${leaderSays}.</think><answer>${leaderSays}</answer>`),
      calls,
    ),
    style: promptStyles.chat,
    peers: engines.map((engine) => ({
      engine,
      role: 'peer',
      style: promptStyles.chat,
      fingerprint: engine.info.id,
    })),
  }
  const exam: Exam = {
    bench: {
      team,
      pool: createSamplePool({ seed: 1, now: () => 0 }),
      settings: config,
      temperatures: { peers: 1, leader: 1 },
      leader: 'untrained',
    },
    tasks,
    tuning: [],
    train: () => Promise.resolve(prepared(drawn('train', 40))),
    earlier: () => earlier,
  }
  return { exam, calls }
}

const cost = { generations: 3, generatedTokens: 300, processedTokens: 4000, milliseconds: 0 }
const earlier: Earlier = {
  trainTokens: 0,
  lines: [{ way: 'team', scores: tasks.map(() => 1), costs: tasks.map(() => cost) }],
}

function prepared(train: readonly Task[]): PreparedTask[] {
  return train.map((task) => ({
    task,
    proposals: ['remainder', 'boolean'].map((knows, peer) => [
      proposalOf(task, { peer, text: `Answer: ${task.family === knows ? task.answer : 'none'}` }),
    ]),
  }))
}

const named = (name: string) => {
  const [method] = methods.filter((one) => one.name === name)
  if (method === undefined) throw new RangeError(name)
  return method
}
const answers = (name: string, exam: Exam) => finished(named(name).answer(exam))
const accuracy = ({ scores }: Line) => scores.reduce((sum, score) => sum + score, 0) / scores.length
const generations = (lines: readonly Line[]) => sumCosts(lines.flatMap(({ costs }) => costs)).generations

describe('the list', () => {
  test('what a method needs stands before it, and names are different', () => {
    const names = methods.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const [i, { needs, adapterOf }] of methods.entries()) {
      for (const needed of needs) expect(names.slice(0, i)).toContain(needed)
      if (adapterOf !== undefined) expect(needs).toContain(adapterOf)
    }
  })

  test('a choice brings what it needs', () => {
    expect(chosenMethods(['grpo-vote', 'vote']).map(({ name }) => name)).toEqual([
      'vote',
      'mlpo-no-sft',
      'grpo',
      'grpo-vote',
    ])
  })

  test('GRPO alone differs from MLPO in nothing but the team', () => {
    const plans = ['mlpo-no-sft', 'grpo'].map((name) => named(name).plan?.(config, () => earlier).config)
    expect({ ...plans[0], alone_fraction: 1 }).toEqual(plans[1])
  })

  test.each([
    [
      'mlpo-random-reward',
      {
        ...{ reward_funcs: ['random'], reward_weights: [1] },
        ...{ custom_rewards: [], custom_reward_weights: [] },
      },
    ],
    ['mlpo-rate-0', { learning_rate: 0 }],
  ])('%s differs from MLPO without SFT in that one thing', (name, change) => {
    const given = { ...config, custom_rewards: ['mine'], custom_reward_weights: [1] }
    const plans = ['mlpo-no-sft', name].map((one) => named(one).plan?.(given, () => earlier))
    expect({ ...plans[0], config: { ...plans[0]?.config, ...change } }).toEqual(plans[1])
  })

  test('steps for as many tokens grow with what a step lacks', () => {
    expect(stepsForTokens({ max_steps: 60 }, { tokens: 100, wanted: 150 })).toBe(90)
    expect(stepsForTokens({ max_steps: 60 }, { tokens: 100, wanted: 100 })).toBe(60)
  })
})

describe('budgets', () => {
  test.each([
    ['vote', 2],
    ['debate', 4],
    ['best-of-n', 3],
    ['deferral', 3],
  ])('%s pays for every generation that it makes: %i per question', async (name, each) => {
    const { exam, calls } = setUp()
    const lines = await answers(name, exam)
    expect(generations(lines)).toBe(each * tasks.length)
    expect(calls.count).toBe(each * tasks.length)
  })

  test('the untrained leader pays for its team, and alone for itself', async () => {
    const { exam, calls } = setUp()
    const [withTeam, alone] = await answers('untrained', exam)
    expect(withTeam?.costs.map((one) => one.generations)).toEqual(tasks.map(() => 3))
    expect(alone?.costs.map((one) => one.generations)).toEqual(tasks.map(() => 1))
    expect(calls.count).toBe(4 * tasks.length)
  })

  test.each([['best-peer'], ['family-table']])('%s pays for the one peer that it asks', async (name) => {
    const { exam } = setUp()
    expect(generations(await answers(name, exam))).toBe(tasks.length)
  })

  test.each([['self-consistency'], ['grpo-vote'], ['grpo-sft-vote']])(
    '%s stays within the tokens of the team, and one more vote would not fit',
    async (name) => {
      const { exam } = setUp()
      const [line] = await answers(name, exam)
      for (const { processedTokens, generations: votes } of line?.costs ?? []) {
        expect(processedTokens).toBeLessThanOrEqual(cost.processedTokens)
        expect(processedTokens + processedTokens / votes).toBeGreaterThan(cost.processedTokens)
      }
    },
  )
})

describe('who is believed', () => {
  test('a table and SelectLLM find the peer that knows the family; one peer for all does not', async () => {
    const { exam } = setUp()
    const found = async (name: string) =>
      accuracy((await answers(name, exam))[0] ?? { way: 'team', scores: [], costs: [] })
    expect(await found('family-table')).toBe(1)
    expect(await found('select-llm')).toBe(1)
    expect(await found('best-peer')).toBe(0.5)
  })

  test.each([
    ['1', 'remainder'],
    ['2', 'boolean'],
  ])('who defers to peer %s is right where that peer is', async (leaderSays, family) => {
    const { exam } = setUp({ leaderSays })
    const [line] = await answers('deferral', exam)
    expect(line?.scores).toEqual(tasks.map((task) => Number(task.family === family)))
  })

  test('who names nobody is wrong', async () => {
    const { exam } = setUp({ leaderSays: '7' })
    const [line] = await answers('deferral', exam)
    expect(line?.scores).toEqual(tasks.map(() => 0))
  })

  test('a leader that reads instructions is told to name a peer', () => {
    const input = { question: 'Q?', solutions: ['Answer: 1', 'Answer: 2'] }
    const [system, user] = deferralStyle(promptStyles.chat).leader(input)
    expect(system?.content).toMatch(/number of that peer/)
    expect(user).toEqual(promptStyles.chat.leader(input)[1])
    expect(deferralStyle(promptStyles.nano).leader(input)).toEqual(promptStyles.nano.leader(input))
  })

  test('best-of-n takes the likeliest per token, not the shortest', () => {
    const logprobs = (...values: number[]) => ({ logprobs: Float32Array.from(values) })
    const [short, long] = [logprobs(-1), logprobs(-0.5, -0.5, -0.5)]
    expect(likeliest([short, long])).toBe(long)
    expect(likeliest([])).toBeNull()
  })

  test('SelectLLM asks no more peers than help', () => {
    const ranking = () => [0, 1, 2]
    const said = (...right: boolean[]) => ({
      question: '',
      peers: right.map((each, peer) => ({ answer: each ? 'right' : `wrong ${peer}`, right: each })),
    })
    expect(bestCount([said(true, false, false)], { ranking, most: 3 })).toBe(1)
    expect(bestCount([said(false, true, true)], { ranking, most: 3 })).toBe(3)
    expect(bestCount([said(true, true, true)], { ranking, most: 3 })).toBe(1)
  })
})

describe('held-out questions', () => {
  const train = prepared(drawn('train', 40))
  /** Proposals that would turn every table around. */
  const leaked = prepared(tasks).map(({ task, proposals }) => ({ task, proposals: [...proposals].reverse() }))

  test('are taken out of what is fitted, by key and by text', () => {
    const renamed = leaked.map(({ task, proposals }) => ({
      task: { ...task, key: `other/${task.key}` },
      proposals,
    }))
    expect(withoutHeldOut([...train, ...leaked, ...renamed], tasks)).toEqual(train)
  })

  test('change neither table nor classifier, however many of them are slipped in', () => {
    const seen = withoutHeldOut([...train, ...Array.from({ length: 20 }, () => leaked).flat()], tasks)
    const [clean, guarded] = [train, seen].map((own) => fittedTable(solvedByPeer(own)))
    const rankings = [train, seen].map((own) => fittedRanking(own, 2))
    for (const { family, question } of tasks) {
      const asked = { family, answers: ['1', '2'] }
      expect(guarded?.(asked)).toBe(clean?.(asked))
      expect(rankings[1]?.(question)).toEqual(rankings[0]?.(question))
    }
  })

  test('would have changed them without the guard', () => {
    const fooled = fittedTable(solvedByPeer([...train, ...Array.from({ length: 20 }, () => leaked).flat()]))
    const clean = fittedTable(solvedByPeer(train))
    const asked = { family: 'remainder', answers: ['1', '2'] }
    expect(fooled(asked)).not.toBe(clean(asked))
  })
})
