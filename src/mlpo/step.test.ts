import { describe, expect, test } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import type { Samplers } from './sampler-correction.ts'
import { fakeEngine } from './testing/fake-engine.ts'
import { allEvents, fakeConfig, fakeSession, stagesOf } from './testing/fake-session.ts'
import { fakeTrainer } from './testing/fake-trainer.ts'
import type { Trainer } from './trainer/trainer.ts'

const run = async (...given: Parameters<typeof fakeSession>) => allEvents(fakeSession(...given))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('a step', () => {
  test('yields prompt, sample, score, advantage, then loss and update once per iteration', async () => {
    const events = await run({ max_steps: 1, num_iterations: 2 })
    const names = events.map((event) => (event.type === 'stage' ? event.stage.stage : event.type))
    expect(names.join(' ')).toBe('prompt sample score advantage loss update loss update step-end')
    expect(stagesOf(events, 'update').map(({ metrics }) => metrics === null)).toEqual([true, false])
  })

  test('does nothing between pulls', async () => {
    const session = fakeSession({ max_steps: 1 })
    const { value } = await session.events.next()
    expect(value).toMatchObject({ type: 'stage', stage: { stage: 'prompt' } })
    expect(session.state().step).toBe(0)
    expect(session.state().trainer.updates).toBe(0)
  })

  test('advantages of each group sum to zero, whatever the scaling', async () => {
    for (const scale_rewards of ['none', 'group', 'batch'] as const) {
      const events = await run({ scale_rewards, max_steps: 2 })
      for (const { groups } of stagesOf(events, 'advantage'))
        for (const { advantages } of groups) expect(sum(advantages)).toBeCloseTo(0, 9)
    }
  })

  test('with group_by task the advantages of all variants of a question sum to zero together', async () => {
    const events = await run({ group_by: 'task', max_steps: 3 })
    const advantages = stagesOf(events, 'advantage')
    for (const [s, { prompts }] of stagesOf(events, 'prompt').entries()) {
      const byTask = new Map<string, number[]>()
      for (const [p, { task }] of prompts.entries()) {
        const own = advantages[s]?.groups[p]?.advantages ?? []
        byTask.set(task.id, [...(byTask.get(task.id) ?? []), ...own])
      }
      for (const values of byTask.values()) expect(sum(values)).toBeCloseTo(0, 9)
    }
  })

  test('the token losses add up to the loss, and their ratio is 1 in the first pass', async () => {
    const events = await run({ max_steps: 1, num_iterations: 2, learning_rate: 1 })
    const [first, second] = stagesOf(events, 'loss')
    const rows = first?.groups.flat() ?? []
    expect(sum(rows.flatMap(({ losses }) => losses))).toBeCloseTo(first?.loss ?? Number.NaN, 9)
    for (const { logprobs, oldLogprobs } of rows) expect(logprobs).toEqual(oldLogprobs)
    const later = second?.groups.flat() ?? []
    expect(later.map(({ oldLogprobs }) => oldLogprobs)).toEqual(rows.map(({ oldLogprobs }) => oldLogprobs))
    expect(later.map(({ logprobs }) => logprobs)).not.toEqual(rows.map(({ logprobs }) => logprobs))
  })

  test('equal rewards give a zero gradient, and nothing moves', async () => {
    const events = await run({ reward_funcs: ['format'], reward_weights: [1], max_steps: 2 })
    for (const update of stagesOf(events, 'update')) {
      expect(update).toMatchObject({ gradNorm: 0, updateNorm: 0, weightNorm: 1 })
      expect(update.metrics).toMatchObject({ frac_reward_zero_std: 1 })
    }
  })

  test('a learning rate of 0 changes nothing', async () => {
    const session = fakeSession({ learning_rate: 0, max_steps: 3 })
    const events = await allEvents(session)
    expect(stagesOf(events, 'update').map(({ updateNorm }) => updateNorm)).toEqual([0, 0, 0])
    expect(stagesOf(events, 'update').some(({ gradNorm }) => gradNorm > 0)).toBe(true)
    const { adapter, start } = session.state().trainer
    expect(adapter).toEqual(start)
  })

  test('the share of the right answers rises', async () => {
    const events = await run({ max_steps: 60, prompts_per_step: 6, learning_rate: 0.1 })
    const rewards = stagesOf(events, 'update').map(({ metrics }) => metrics?.['rewards/accuracy/mean'] ?? 0)
    expect(sum(rewards.slice(-10)) / 10).toBeGreaterThan(sum(rewards.slice(0, 10)) / 10 + 0.1)
  })

  test('only bnpo depends on the micro-batch', async () => {
    for (const loss_type of ['dr_grpo', 'grpo', 'dapo', 'cispo'] as const) {
      const whole = fakeSession({ loss_type, micro_batch_size: 32, max_steps: 2 })
      const cut = fakeSession({ loss_type, micro_batch_size: 3, max_steps: 2 })
      await Promise.all([allEvents(whole), allEvents(cut)])
      const weights = [whole, cut].map(
        (session) => [...session.state().trainer.adapter.modules.values()][0]?.b,
      )
      for (const [i, weight] of (weights[0] ?? []).entries()) expect(weights[1]?.[i]).toBeCloseTo(weight, 5)
    }
  })

  test('groups without a gradient go through no backward pass, and the rest is as with one', async () => {
    const config = fakeConfig({ max_steps: 3, num_generations: 4 })
    const trainer = fakeTrainer(config)
    const passed: number[] = []
    const spying: Trainer = {
      ...trainer,
      gradients(groups, ...rest) {
        passed.push(groups.length)
        return trainer.gradients(groups, ...rest)
      },
    }
    const events = await allEvents(fakeSession(config, { trainer: spying }))
    const learning = stagesOf(events, 'advantage').map(
      ({ groups }) =>
        groups.filter(({ advantages }) => advantages.some((advantage) => advantage !== 0)).length,
    )
    expect(passed).toEqual(learning)
    expect(Math.min(...learning)).toBeLessThan(4)
    for (const { groups } of stagesOf(events, 'loss'))
      for (const row of groups.flat()) expect(row.logprobs).toHaveLength(2)
  })

  test('a KL weight holds the policy nearer to where it started', async () => {
    const free = fakeSession({ max_steps: 20 })
    const held = fakeSession({ max_steps: 20, beta: 1 })
    const [freely, holding] = await Promise.all([allEvents(free), allEvents(held)])
    const distance = (events: typeof freely) => stagesOf(events, 'update').at(-1)?.weightNorm ?? 0
    expect(distance(holding)).toBeLessThan(distance(freely))
    expect(stagesOf(holding, 'update').at(-1)?.metrics?.['kl']).toBeGreaterThan(0)
    expect(stagesOf(freely, 'update').at(-1)?.metrics).not.toHaveProperty('kl')
  })

  test('between two engines, completions on which they disagree weigh nothing', async () => {
    const norms = async (samplers: Samplers) => {
      const engine = fakeEngine()
      const leader: Engine = {
        ...engine,
        async sample(...given) {
          const completions = await engine.sample(...given)
          const less = (logprobs: Float32Array) => logprobs.map((logprob) => logprob - 2)
          return completions.map((group) => group.map((each) => ({ ...each, logprobs: less(each.logprobs) })))
        },
      }
      return stagesOf(await run({ max_steps: 1 }, { leader, samplers }), 'update').map(
        ({ gradNorm }) => gradNorm,
      )
    }
    expect(await norms('two engines')).toEqual([0])
    expect((await norms('one engine'))[0]).toBeGreaterThan(0)
  })

  test('a group of equal rewards is drawn again at most three times, and all draws are counted', async () => {
    const options = { reward_funcs: ['format'] as const, reward_weights: [1], max_steps: 1 }
    const once = stagesOf(await run(options), 'update')[0]?.metrics ?? {}
    const again = stagesOf(await run({ ...options, resample_degenerate: true }), 'update')[0]?.metrics ?? {}
    expect(again['resampled_groups']).toBe(12)
    expect(again['num_tokens']).toBe(4 * (once['num_tokens'] ?? 0))
  })

  test('drawing again leaves fewer degenerate groups to learn from', async () => {
    const degenerate = (events: Awaited<ReturnType<typeof run>>) =>
      stagesOf(events, 'advantage').flatMap(({ groups }) => groups.filter(({ std }) => std === 0)).length
    const options = { max_steps: 10, learning_rate: 0, num_generations: 4 }
    expect(degenerate(await run({ ...options, resample_degenerate: true }))).toBeLessThan(
      degenerate(await run(options)),
    )
  })

  test('TRL’s metrics and ours are there, and all are numbers', async () => {
    const metrics = stagesOf(await run({ max_steps: 1 }), 'update')[0]?.metrics ?? {}
    const wanted = [
      ...['loss', 'learning_rate', 'grad_norm', 'reward', 'reward_std', 'frac_reward_zero_std', 'entropy'],
      ...['rewards/accuracy/mean', 'rewards/format/std', 'num_tokens', 'step_time', 'grad_clipped'],
      ...['mean', 'min', 'max'].flatMap((part) => [
        `completions/${part}_length`,
        `completions/${part}_terminated_length`,
        `sampling/importance_sampling_ratio/${part}`,
      ]),
      ...['completions/clipped_ratio', 'sampling/sampling_logp_difference/mean'],
      ...['region_mean', 'low_mean', 'low_min', 'high_mean', 'high_max'].map((part) => `clip_ratio/${part}`),
      ...['majority_accuracy', 'oracle_accuracy', 'peer_0_accuracy', 'overrule_rate'].map(
        (key) => `team/${key}`,
      ),
      ...['sample', 'score', 'loss', 'update', 'sync'].map((part) => `timing/${part}_ms`),
      ...['lora/update_norm', 'lora/weight_norm'],
    ]
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(wanted))
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true)
  })
})
