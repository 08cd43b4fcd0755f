import { describe, expect, test } from 'vitest'
import { BatchOrder, TrainingDataError, type BatchSettings } from './batches.ts'
import { preparedTasks } from './testing/prepared-tasks.ts'

const settings: BatchSettings = {
  seed: 3,
  group_by: 'prompt',
  num_generations: 8,
  permute_seats: false,
  alone_fraction: 0,
}
const tasks = preparedTasks({ count: 5, peers: 3, variants: 4 })
const draws = (order: BatchOrder, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => order.group(from + i))
const names = (groups: readonly (readonly { task: { id: string }; variant: number }[])[]) =>
  groups.map((group) => group.map(({ task, variant }) => `${task.id}/${variant}`).join(' '))

describe('batch order', () => {
  test('an epoch shows every question with every variant once', () => {
    const epoch = names(draws(new BatchOrder(tasks, settings), 0, 20))
    expect(new Set(epoch).size).toBe(20)
  })

  test('epochs differ, and a draw does not depend on what was drawn before it', () => {
    const order = new BatchOrder(tasks, settings)
    const second = names(draws(order, 20, 20))
    expect(second).not.toEqual(names(draws(order, 0, 20)))
    expect(names(draws(new BatchOrder(tasks, settings), 25, 5))).toEqual(second.slice(5, 10))
  })

  test('group_by task draws all variants of a question, with the completions spread over them', () => {
    const group = new BatchOrder(tasks, { ...settings, group_by: 'task' }).group(0)
    expect(group.map(({ variant }) => variant)).toEqual([1, 2, 3, 4])
    expect(group.map(({ count }) => count)).toEqual([2, 2, 2, 2])
    expect(new Set(group.map(({ task }) => task.id)).size).toBe(1)
  })

  test('permuted seats keep a question in one order and differ between questions', () => {
    const order = new BatchOrder(tasks, { ...settings, permute_seats: true })
    const seats = new Map<string, Set<string>>()
    for (const [draw] of draws(order, 0, 40)) {
      const seen = seats.get(draw?.task.id ?? '') ?? new Set()
      seats.set(draw?.task.id ?? '', seen.add((draw?.proposals ?? []).map(({ peer }) => peer).join('')))
    }
    expect([...seats.values()].every((orders) => orders.size === 1)).toBe(true)
    expect(new Set([...seats.values()].flatMap((orders) => [...orders])).size).toBeGreaterThan(1)
  })

  test('alone_fraction is the share of prompts without a team', () => {
    const order = new BatchOrder(tasks, { ...settings, alone_fraction: 0.35 })
    const alone = draws(order, 0, 2000).filter(([draw]) => draw?.proposals === null)
    expect(alone.length / 2000).toBeCloseTo(0.35, 1)
  })

  test('no questions, or missing proposals, are refused', () => {
    expect(() => new BatchOrder([], settings)).toThrow(TrainingDataError)
    const [first, second] = tasks
    const cut = [first, second && { ...second, proposals: second.proposals.slice(1) }].filter(
      (task) => task !== undefined,
    )
    expect(() => new BatchOrder(cut, settings)).toThrow(/Prepare the proposals again/)
  })
})
