/** Laws of the full evaluation: it counts what it makes, shares what it made, and is the same each time. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Engine, SampleOptions, SampleRequest } from '../engine/engine.ts'
import { defaults } from './config/config.ts'
import type { EvaluationReport, ReportSizes } from './evaluation/report.ts'
import { generationsOf } from './evaluation/plans.ts'
import { evaluateFully, type LabInput } from './evaluate-lab.ts'
import type { LabLeader } from './evaluate-once.ts'
import { finished } from './evaluate-pool.ts'
import { leaderText, promptStyles } from './prompts.ts'
import { drawQuestions } from './questions.ts'
import type { Task } from './task.ts'
import type { TeamPeer } from './team.ts'
import { fakeAdapter } from './testing/fake-trainer.ts'
import { scriptedEngine, type ScriptedCall } from './testing/scripted-engine.ts'

const families = ['chain', 'remainder']
const draw = (split: 'train' | 'dev', count: number, seed = 5) =>
  drawQuestions({ families, difficulty: 1, split, count, seed, distinct: 'keys' })
const held = draw('dev', 60)
const questions = {
  main: held.slice(0, 24),
  reserve: held.slice(24),
  train: draw('train', 30),
  tuning: draw('dev', 8, 6),
}
const everyTask = Object.values(questions).flat()
const taskIn = (prompt: string) => everyTask.find(({ question }) => prompt.includes(question)) as Task

/** What an engine was asked for, by its own count. */
interface Count {
  generations: number
  generatedTokens: number
  processedTokens: number
}

/** Counts outside of the evaluation: generations and tokens, by what comes back. */
function counting(engine: Engine, count: Count): Engine {
  return {
    ...engine,
    async sample(requests: readonly SampleRequest[], options: SampleOptions) {
      const completions = await engine.sample(requests, options)
      for (const [r, rows] of completions.entries())
        for (const { ids } of rows) {
          count.generations += 1
          count.generatedTokens += ids.length
          count.processedTokens += ids.length + (requests[r]?.prompt.length ?? 0)
        }
      return completions
    },
  }
}

/** Right in this share of its own family's questions, and in few of the others. */
function peer(family: string, count: Count, share = 0.8): TeamPeer {
  const engine = scriptedEngine(`peer-${family}`, ({ prompt, uniform }) => {
    const task = taskIn(prompt)
    const chance = task.family === family ? share : 0.3
    return `So it is. Answer: ${uniform < chance ? task.answer : Number(task.answer) + 1 + Math.floor(uniform * 3)}`
  })
  return { engine: counting(engine, count), role: 'r', style: promptStyles.nano, fingerprint: family }
}

/** Untrained it follows some seat; trained it follows the seat of the family. Alone it is right in half the questions. */
function leader(count: Count): Engine {
  let isTrained = false
  const reply = ({ prompt, uniform }: ScriptedCall) => {
    const task = taskIn(prompt)
    const right = uniform < 0.5 ? task.answer : `${Number(task.answer) + 5}`
    const seat = isTrained ? families.indexOf(task.family) : Math.floor(uniform * 2)
    const said = new RegExp(`Peer ${seat + 1}: .*?Answer: (-?\\d+)`).exec(prompt)?.[1]
    const thought = said === undefined ? `I work. It is ${right}.` : `I follow peer ${seat + 1}.`
    return leaderText({ thought, answer: said ?? right })
  }
  const engine = counting(scriptedEngine('leader', reply), count)
  return {
    ...engine,
    setAdapter(adapter) {
      isTrained = adapter !== null
      return Promise.resolve(Number(isTrained))
    },
  }
}

const sizes: ReportSizes = {
  ...{ questions: 24, runs: 2, leastPerK: 6, reserve: 36, probes: 12 },
  ...{ train: 30, tuning: 8, manyQuestions: 6, manySamples: 8, texts: 10 },
}
const both: readonly LabLeader[] = [
  { name: 'untrained', label: 'Untrained leader', adapter: null },
  { name: 'trained', label: 'Trained leader', adapter: fakeAdapter() },
]

function lab(given: Partial<LabInput> = {}) {
  const count: Count = { generations: 0, generatedTokens: 0, processedTokens: 0 }
  const peers = [...families, 'nothing'].map((family) => peer(family, count))
  const work = evaluateFully({
    team: { leader: leader(count), style: promptStyles.nano, peers },
    config: { ...defaults, eval_rounds: 2, max_completion_length: 200 },
    split: 'dev',
    seeds: [5],
    decodings: ['greedy', 'sampled'],
    sizes,
    questions: () => questions,
    leaders: () => Promise.resolve(both),
    unseen: peer('remainder', count, 0.9),
    ...{ command: null, trainings: 'one' },
    now: () => 0,
    flips: 499,
    ...given,
  })
  return { work, count }
}

describe('a full evaluation', () => {
  let report: EvaluationReport
  let count: Count
  beforeAll(async () => {
    const run = lab()
    count = run.count
    report = await finished(run.work)
  })
  const part = (decoding: 'greedy' | 'sampled') => {
    const found = report.parts.find((one) => one.decoding === decoding)
    if (found === undefined) throw new Error(`there is no ${decoding} part`)
    return found
  }
  const row = (id: string, decoding: 'greedy' | 'sampled' = 'sampled') => {
    const found = part(decoding).rows.find((one) => one.id === id)
    if (found === undefined) throw new Error(`there is no row ${id}`)
    return found
  }

  test('has counted exactly what the engines made, in generations and in tokens', () => {
    for (const currency of ['generations', 'generatedTokens', 'processedTokens'] as const)
      expect(report.parts.reduce((sum, { made }) => sum + made[currency], 0)).toBe(count[currency])
  })

  test('one question costs T · (K + 1) generations, one round of it K + 1, alone 1, the vote K', () => {
    const generations = (id: string) => row(id).cost?.generations
    expect(generations('trained/team')).toBe(8)
    expect(generations('trained/team/0')).toBe(4)
    expect(generations('trained/alone')).toBe(1)
    expect(generations('vote')).toBe(3)
    expect(generations('trained/vote-of-runs')).toBe(16)
    expect(row('oracle').cost).toBeNull()
  })

  test('a vote at equal budget costs no more than the team, in its own currency, and all of its generations', () => {
    const team = row('trained/team').cost
    for (const of of ['vote', 'alone'])
      for (const currency of ['generations', 'generatedTokens', 'processedTokens'] as const)
        expect(row(`${of}/${currency}`).cost?.[currency]).toBeLessThanOrEqual(team?.[currency] ?? 0)
    expect(row('vote/generations').cost?.generations).toBe(8)
  })

  test('everybody answers the same questions, and nobody who only listens beats the oracle', () => {
    for (const { rows } of report.parts)
      for (const { id, n, share } of rows) {
        expect(n, id).toBe(24)
        expect(share.low, id).toBeLessThanOrEqual(share.value + 1e-12)
        expect(share.high, id).toBeGreaterThanOrEqual(share.value - 1e-12)
      }
    for (const id of ['vote', 'best-peer', 'table', 'stacker', 'peer/0', 'peer/1', 'peer/2'])
      expect(row(id).share.value).toBeLessThanOrEqual(row('oracle').share.value)
  })

  test('the table learns on training questions whom to ask, as the trained leader does', () => {
    expect(row('table').share.value).toBeGreaterThan(row('vote').share.value)
    expect(row('trained/team/0').share).toEqual(row('table').share)
  })

  test('every number of right peers has enough questions where there are any, and all shares add up', () => {
    for (const { strata, total } of part('sampled').strata) {
      expect(strata.map(({ k }) => k)).toEqual([0, 1, 2, 3])
      expect(strata.reduce((sum, { naturalShare }) => sum + naturalShare, 0)).toBeCloseTo(1)
      const [, one] = strata
      expect(one?.n).toBeGreaterThanOrEqual(sizes.leastPerK)
      const byHand = strata.reduce(
        (sum, { naturalShare, team }) => sum + naturalShare * (team?.value ?? 0),
        0,
      )
      expect(total.team.value).toBeCloseTo(byHand)
    }
    const all = part('sampled').strata[0]?.strata ?? []
    expect(all[0]).toMatchObject({ k: 0, vote: 0 })
    expect(all[3]).toMatchObject({ k: 3, vote: 1 })
  })

  test('a leader that follows is lost with another question’s proposals, and a liar costs it what it follows', () => {
    const probes = part('sampled').probes.filter(({ leader: name }) => name === 'trained')
    const probe = (name: string) => probes.find((one) => one.name === name)
    expect(probe('other-question')?.team.value).toBeLessThan(0.3)
    expect(probe('pair')?.team.value).toBeLessThan(probe('liar')?.team.value ?? 0)
    expect(probe('liar')?.change.value).toBeLessThan(0)
    expect(probe('answers-only')?.change).toEqual({ value: 0, low: 0, high: 0 })
    expect(probe('permuted')?.n).toBe(sizes.probes)
    expect(probe('unseen')).toBeDefined()
  })

  test('the peers’ worths add up to the team’s gain over the leader alone', () => {
    for (const { subsets, shapley, replaced } of part('sampled').peersWorth) {
      expect(subsets).toHaveLength(8)
      const sum = (shapley ?? []).reduce((all, value) => all + value, 0)
      expect(sum).toBeCloseTo((subsets?.at(-1) ?? 0) - (subsets?.[0] ?? 0))
      expect(replaced).toHaveLength(3)
    }
    const trained = part('sampled').peersWorth.at(-1)
    // Nobody follows the third peer.
    expect(trained?.replaced[2]).toEqual({ changed: 0, loss: { value: 0, low: 0, high: 0 } })
  })

  test('thoughts that name whom they follow are consistent with the answer', () => {
    for (const { thoughtsChecked, thoughtConsistent, readable } of part('greedy').behaviour)
      expect([thoughtsChecked, thoughtConsistent, readable]).toEqual([1, 1, 1])
  })

  test('pass@k rises with k, from the mean of all samples', () => {
    for (const { points, samples } of part('sampled').many) {
      expect(samples).toBe(8)
      expect(points.map(({ k }) => k)).toEqual([1, 2, 4, 8])
      for (const [i, { share }] of points.entries())
        expect(share.value).toBeGreaterThanOrEqual(points[i - 1]?.share.value ?? 0)
    }
    expect(part('greedy').many).toEqual([])
  })

  test('corrects the tests of both decodings together, and claims nothing from one seed', () => {
    const tests = report.parts.flatMap(({ contrasts }) => contrasts.flatMap(({ test: own }) => own ?? []))
    expect(tests.length).toBeGreaterThan(6)
    const smallest = Math.min(...tests.map(({ p }) => p))
    const first = tests.find(({ p }) => p === smallest)
    expect(first?.adjusted).toBeCloseTo(Math.min(1, smallest * tests.length), 12)
    for (const { verdict } of report.claims) expect(verdict).not.toBe('holds')
  })

  test('has every question with what everybody answered, and the texts of as many as are asked for', () => {
    expect(report.questions.map(({ seed, decoding }) => [seed, decoding])).toEqual(
      report.parts.map(({ seed, decoding }) => [seed, decoding]),
    )
    const asked = report.questions[0]?.questions ?? []
    expect(asked.map(({ id, gold }) => [id, gold])).toEqual(
      questions.main.map(({ id, answer }) => [id, answer]),
    )
    expect(asked.filter(({ peers }) => peers[0]?.text !== null)).toHaveLength(sizes.texts)
    const right = asked.filter(({ leaders }) => leaders.at(-1)?.team.right).length
    expect(right / asked.length).toBeCloseTo(row('trained/team', 'greedy').share.value)
  })

  test('where the vote is right, tied or wrong adds up to every question', () => {
    for (const { outcomes } of part('greedy').againstVote) {
      expect(outcomes.reduce((sum, { n }) => sum + n, 0)).toBe(24)
      const right = outcomes.reduce((sum, { n, team }) => sum + n * (team?.value ?? 0), 0)
      expect(right).toBeGreaterThan(0)
      for (const { vote, oracle, n } of outcomes) if (vote === 'right' && n > 0) expect(oracle).toBe(1)
    }
    const [, last] = part('greedy').againstVote
    const right = last?.outcomes.reduce((sum, { n, team }) => sum + n * (team?.value ?? 0), 0) ?? 0
    expect(right / 24).toBeCloseTo(row('trained/team', 'greedy').share.value)
  })

  test('is plain data: it survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  test('is the same each time', async () => {
    expect(await finished(lab().work)).toEqual(report)
  })
})

describe('the work of it', () => {
  test('says after each batch what it does and how far it is, and makes nothing once nobody pulls', async () => {
    const { work, count } = lab()
    const first = await work.next()
    expect(first.value).toMatchObject({
      label: 'Seed 5, greedy: peers',
      done: 24,
      total: 24,
      unit: 'questions',
    })
    await work.return(undefined as never)
    const made = count.generations
    expect(await work.next()).toEqual({ done: true, value: undefined })
    expect(count.generations).toBe(made)
  })

  test('counts what is made, up to the end, and hands out a report after each seed', async () => {
    const reports: EvaluationReport[] = []
    const few = {
      seeds: [5, 6],
      decodings: ['greedy'] as const,
      sizes: { ...sizes, reserve: 0, leastPerK: 0 },
    }
    const { work, count } = lab({ ...few, onSeed: (report) => reports.push(report) })
    const made: number[] = []
    for (;;) {
      const { done, value } = await work.next()
      if (!done) made.push(value.generations)
      else {
        expect(made).toEqual([...made].sort((a, b) => a - b))
        // Greedy prompts that come again need no generation.
        const all = value.parts.reduce((sum, part) => sum + part.made.generations, 0)
        expect(all).toBe(count.generations)
        expect(made.at(-1)).toBeGreaterThan(all)
        expect(reports.at(-1)).toEqual(value)
        break
      }
    }
    expect(reports.map(({ setup, parts }) => [setup.seeds, parts.length])).toEqual([
      [[5], 1],
      [[5, 6], 2],
    ])
    expect(reports[0]?.parts[0]).toEqual(reports[1]?.parts[0])
  })

  test.each([1, 2])(
    'a greedy evaluation without a reserve takes as many generations as foretold: %i rounds',
    async (rounds) => {
      const plan = {
        sizes: { ...sizes, reserve: 0, leastPerK: 0 },
        decodings: ['greedy'] as const,
        seeds: [5],
      }
      const config = { ...defaults, eval_rounds: rounds, max_completion_length: 200 }
      const { work, count } = lab({
        ...plan,
        config,
        unseen: null,
        questions: () => ({ ...questions, reserve: [] }),
      })
      let answered = 0
      await finished(work, ({ generations }) => (answered = generations))
      const team = { peers: 3, rounds, leaders: 2, permuted: false }
      expect(answered).toBe(generationsOf(plan, team))
      expect(count.generations).toBeLessThan(answered)
    },
  )

  test('stops at a signal', async () => {
    const controller = new AbortController()
    const { work } = lab({ signal: controller.signal })
    await work.next()
    controller.abort()
    await expect(work.next()).rejects.toThrow(/abort/i)
  })

  test('refuses a family with one question before anything is made', async () => {
    const { work, count } = lab({ questions: () => ({ ...questions, main: questions.main.slice(0, 3) }) })
    await expect(work.next()).rejects.toThrow(/"remainder" has a single question/)
    expect(count.generations).toBe(0)
  })

  test('main rows do not depend on the order of the questions', async () => {
    const few = { sizes: { ...sizes, probes: 24, manyQuestions: 0 }, decodings: ['sampled'] as const }
    const reversed = { ...questions, main: [...questions.main].reverse() }
    const [one, other] = await Promise.all([
      finished(lab(few).work),
      finished(lab({ ...few, questions: () => reversed }).work),
    ])
    expect(other.parts[0]?.rows).toEqual(one.parts[0]?.rows)
    expect(other.parts[0]?.contrasts).toEqual(one.parts[0]?.contrasts)
    expect(other.parts[0]?.probes).toEqual(one.parts[0]?.probes)
  })
})
