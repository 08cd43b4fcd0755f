import { describe, expect, test } from 'vitest'
import { BatchOrder, TrainingDataError, type BatchSettings } from './batches.ts'
import { preparedSource } from './testing/prepared-tasks.ts'

const settings: BatchSettings = {
  seed: 3,
  group_by: 'prompt',
  num_generations: 8,
  proposals_per_peer: 4,
  proposal_rounds: 1,
  permute_seats: false,
  alone_fraction: 0,
}
const source = preparedSource({ count: 5, peers: 3, variants: 4 })
const draws = async (order: BatchOrder, cursor: number, count: number) =>
  (await order.batch({ cursor, count })).groups
const names = (groups: readonly (readonly { task: { id: string }; variant: number }[])[]) =>
  groups.map((group) => group.map(({ task, variant }) => `${task.id}/${variant}`).join(' '))

describe('batch order', () => {
  test('an epoch shows every question with every variant once', async () => {
    const epoch = names(await draws(new BatchOrder(source, settings), 0, 20))
    expect(new Set(epoch).size).toBe(20)
  })

  test('epochs differ, and a draw does not depend on what was drawn before it', async () => {
    const order = new BatchOrder(source, settings)
    const second = names(await draws(order, 20, 20))
    expect(second).not.toEqual(names(await draws(order, 0, 20)))
    expect(names(await draws(new BatchOrder(source, settings), 25, 5))).toEqual(second.slice(5, 10))
  })

  test('group_by task draws all variants of a question, with the completions spread over them', async () => {
    const [group = []] = await draws(new BatchOrder(source, { ...settings, group_by: 'task' }), 0, 1)
    expect(group.map(({ variant }) => variant)).toEqual([1, 2, 3, 4])
    expect(group.map(({ count }) => count)).toEqual([2, 2, 2, 2])
    expect(new Set(group.map(({ task }) => task.id)).size).toBe(1)
  })

  test('permuted seats keep a question in one order and differ between questions', async () => {
    const order = new BatchOrder(source, { ...settings, permute_seats: true })
    const seats = new Map<string, Set<string>>()
    for (const [draw] of await draws(order, 0, 40)) {
      const seen = seats.get(draw?.task.id ?? '') ?? new Set()
      seats.set(draw?.task.id ?? '', seen.add((draw?.proposals ?? []).map(({ peer }) => peer).join('')))
    }
    expect([...seats.values()].every((orders) => orders.size === 1)).toBe(true)
    expect(new Set([...seats.values()].flatMap((orders) => [...orders])).size).toBeGreaterThan(1)
  })

  test('alone_fraction is the share of prompts without a team', async () => {
    const order = new BatchOrder(source, { ...settings, alone_fraction: 0.35 })
    const alone = (await draws(order, 0, 2000)).filter(([draw]) => draw?.proposals === null)
    expect(alone.length / 2000).toBeCloseTo(0.35, 1)
  })

  test('a dropped question is passed over, and the next batch starts where this one ended', async () => {
    const kept = preparedSource({ count: 5, peers: 3, variants: 4, dropped: [0, 3] })
    const order = new BatchOrder(kept, settings)
    const first = await order.batch({ cursor: 0, count: 6 })
    const second = await order.batch({ cursor: first.cursor, count: 6 })
    const all = names([...first.groups, ...second.groups])
    expect(new Set(all).size).toBe(12)
    expect(all.some((name) => /^add-[03]/.test(name))).toBe(false)
  })

  test('no questions left, or missing proposals, are refused', async () => {
    expect(() => new BatchOrder(preparedSource({ count: 0, peers: 3, variants: 4 }), settings)).toThrow(
      TrainingDataError,
    )
    const dropped = preparedSource({ count: 2, peers: 3, variants: 4, dropped: [0, 1] })
    await expect(draws(new BatchOrder(dropped, settings), 0, 3)).rejects.toThrow(/No question is left/)
    const few = preparedSource({ count: 2, peers: 3, variants: 2 })
    await expect(draws(new BatchOrder(few, settings), 0, 3)).rejects.toThrow(/does not have 4 proposals/)
  })
})
