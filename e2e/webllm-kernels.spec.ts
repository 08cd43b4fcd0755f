/** Every kernel of the model library alone, on a software GPU, against a plain reference in double precision. */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import { formats } from '../scripts/kernel-text.mjs'
import { test } from './webllm/fixture.ts'
import { f32, i32, matrix, numbers, rows, unread, vector, whole } from './webllm/kernel-data.ts'
import {
  attend,
  dot,
  rmsNorm,
  rotate,
  sampleWithTopP,
  silu,
  softmax,
  type Matrix,
  type Row,
} from './webllm/kernel-references.ts'
import type { KernelRun } from './webllm/kernel-runner.ts'

const epsilon = 1e-5

/** What the kernel left in the buffer at `binding`. */
async function run(lab: Worker, asked: KernelRun, binding: number): Promise<number[]> {
  const written = await lab.evaluate((asked) => globalThis.lab.runKernel(asked), asked)
  return written[binding] ?? []
}

function expectClose(actual: Row, expected: Row, tolerance = 1e-5): void {
  expect(actual.length).toBeGreaterThanOrEqual(expected.length)
  const off = expected.map((value, i) => Math.abs(value - (actual[i] ?? NaN)) / Math.max(1, Math.abs(value)))
  const worst = off.reduce((max, value) => (value <= max ? max : value), 0)
  expect(worst).toBeLessThan(tolerance)
}

for (const format of formats) {
  test(`embed copies rows of a ${format} matrix`, async ({ lab }) => {
    const table = matrix(format, 12, 64, 1)
    const ids = [3, 11, 0, 3]
    const buffers = [...table.buffers, i32(ids), f32(numbers(4 * 64, 2))]
    const hidden = await run(lab, { kernel: 'embed', format, buffers, pods: [4, 16], grid: [1, 1] }, 3)
    expectClose(
      hidden,
      ids.flatMap((id) => table.values[id] ?? []),
      1e-7,
    )
  })

  test(`norm_project normalises with ${format} weights and projects what it normalised`, async ({ lab }) => {
    const hidden = rows(numbers(3 * 72, 3, 2), 72)
    const norm = vector(format, 72, 4)
    const a = rows(numbers(2 * 5 * 72, 5), 72)
    const buffers = [
      f32(hidden.flat()),
      norm.buffer,
      f32(a.flat()),
      f32(numbers(144, 6)),
      f32(numbers(10, 7)),
    ]
    // The second slot, on the last two rows.
    const pods = [1, 18, epsilon, 5, (5 * 72) / 4, 0.5]
    const asked: KernelRun = { kernel: 'norm_project', format, buffers, pods, grid: [2, 1] }
    const normed = hidden.slice(1).map((row) => rmsNorm(row, norm.values, epsilon))
    expectClose(await run(lab, asked, 3), normed.flat())
    const projected = normed.flatMap((row) => a.slice(5).map((line) => 0.5 * dot(line, row)))
    expectClose(await run(lab, asked, 4), projected)
  })

  for (const kernel of ['linear_row', 'linear_narrow', 'linear_tile'] as const)
    test(`${kernel} multiplies by a ${format} matrix, adds bias, adapter and residual`, async ({ lab }) => {
      const [count, outputs, inputs, rank] = [35, 44, 96, 3]
      const weights = matrix(format, outputs, inputs, 8)
      const input = rows(numbers(count * inputs, 9), inputs)
      const bias = vector(format, outputs, 10)
      const projected = rows(numbers(count * 3 * rank, 11), rank)
      const b = rows(numbers(2 * outputs * rank, 12), rank)
      const residual = rows(numbers(count * outputs, 13), outputs)
      const buffers = [
        ...weights.buffers,
        f32(input.flat()),
        bias.buffer,
        f32(projected.flat()),
        f32(b.flat()),
        f32(residual.flat()),
      ]
      const parts = [20, 33]
      const pods = [count, outputs, inputs / 4, 1, 1, rank, 3, ...parts, outputs * rank]
      const grids = {
        linear_row: [Math.ceil(outputs / 4), count],
        linear_narrow: [Math.ceil(outputs / 64), count],
        linear_tile: [Math.ceil(outputs / 32), Math.ceil(count / 32)],
      } as const
      const output = await run(lab, { kernel, format, buffers, pods, grid: grids[kernel] }, 6)
      const expected = input.map((row, m) =>
        weights.values.map((line, n) => {
          const part = parts.filter((start) => n >= start).length
          const lora = dot(b[outputs + n] ?? [], projected[3 * m + part] ?? [])
          return dot(line, row) + (bias.values[n] ?? NaN) + lora + (residual[m]?.[n] ?? NaN)
        }),
      )
      expectClose(output, expected.flat())
    })
}

for (const kernel of ['linear_row', 'linear_narrow', 'linear_tile'] as const)
  test(`${kernel} reads neither adapter nor bias nor residual that are off`, async ({ lab }) => {
    const weights = matrix('q0f32', 4, 8, 14)
    const input = numbers(8, 15)
    const buffers = [...weights.buffers, f32(input), unread, unread, unread, unread]
    const pods = [1, 4, 2, 0, 0, 0, 1, 99, 99, 0]
    const output = await run(lab, { kernel, buffers, pods, grid: [1, 1] }, 6)
    expectClose(
      output,
      weights.values.map((line) => dot(line, input)),
    )
  })

test('project applies a slot’s A to every row', async ({ lab }) => {
  const input = rows(numbers(3 * 72, 16), 72)
  const a = rows(numbers(2 * 5 * 72, 17), 72)
  const buffers = [f32(input.flat()), f32(a.flat()), f32(numbers(15, 18))]
  const pods = [18, 5, (5 * 72) / 4, 2]
  const projected = await run(lab, { kernel: 'project', buffers, pods, grid: [2, 3] }, 2)
  expectClose(
    projected,
    input.flatMap((row) => a.slice(5).map((line) => 2 * dot(line, row))),
  )
})

test('swiglu_project activates, also where a gate is far below zero, and projects', async ({ lab }) => {
  const gates = rows([...numbers(71, 19, 4), -300, ...numbers(72, 20, 4)], 72)
  const ups = rows(numbers(2 * 72, 21), 72)
  const a = rows(numbers(5 * 72, 22), 72)
  const interleaved = gates.flatMap((gate, m) => [...gate, ...(ups[m] ?? [])])
  const buffers = [f32(interleaved), f32(a.flat()), f32(numbers(144, 23)), f32(numbers(10, 24))]
  const asked: KernelRun = { kernel: 'swiglu_project', buffers, pods: [18, 5, 0, 1], grid: [2, 1] }
  const activated = gates.map((gate, m) => gate.map((value, i) => silu(value) * (ups[m]?.[i] ?? NaN)))
  expectClose(await run(lab, asked, 2), activated.flat())
  expectClose(
    await run(lab, asked, 3),
    activated.flatMap((row) => a.map((line) => dot(line, row))),
  )
})

const shape = { size: 24, heads: 4, keyValueHeads: 2, context: 160 }

/** Two new rows after `position` tokens. */
async function ropeAppend(lab: Worker, { position, isNormed }: { position: number; isNormed: boolean }) {
  const { size, heads, keyValueHeads, context } = shape
  const count = 2
  const theta = 10_000
  const parts = rows(numbers(count * (heads + 2 * keyValueHeads) * size, 25), size)
  const [queryNorm, keyNorm] = [vector('q0f32', size, 26), vector('q0f32', size, 27)]
  const angles = Array.from({ length: (context * size) / 2 }, (_, i) => {
    const angle = Math.floor(i / (size / 2)) * theta ** ((-2 * (i % (size / 2))) / size)
    return [Math.cos(angle), Math.sin(angle)]
  }).flat()
  const cache = numbers(2 * context * keyValueHeads * size, 28)
  const buffers = [
    isNormed ? queryNorm.buffer : unread,
    isNormed ? keyNorm.buffer : unread,
    f32(angles),
    f32(parts.flat()),
    f32(cache),
  ]
  const pods = [size, heads, keyValueHeads, position, context, Number(isNormed), epsilon]
  const asked: KernelRun = { kernel: 'rope_append', buffers, pods, grid: [heads + 2 * keyValueHeads, count] }
  const perRow = heads + 2 * keyValueHeads
  const expectedParts = parts.map((head, i) => {
    const part = i % perRow
    if (part >= heads + keyValueHeads) return head
    const norm = part < heads ? queryNorm : keyNorm
    const normed = isNormed ? rmsNorm(head, norm.values, epsilon) : head
    return rotate(normed, position + Math.floor(i / perRow), theta)
  })
  const expectedCache = rows([...cache], size)
  for (const [i, head] of expectedParts.entries()) {
    const [row, part] = [Math.floor(i / perRow), i % perRow]
    const at = (position + row) * keyValueHeads
    if (part >= heads + keyValueHeads)
      expectedCache[context * keyValueHeads + at + part - heads - keyValueHeads] = [...head]
    else if (part >= heads) expectedCache[at + part - heads] = [...head]
  }
  const queriesOf = (all: Matrix) => all.filter((_, i) => i % perRow < heads).flat()
  expectClose(queriesOf(rows(await run(lab, asked, 3), size)), queriesOf(expectedParts))
  expectClose(await run(lab, asked, 4), expectedCache.flat())
}

test('rope_append turns queries and keys by position and puts keys and values into the cache', ({ lab }) =>
  ropeAppend(lab, { position: 131, isNormed: false }))
test('rope_append normalises each head of q and k first where the model does', ({ lab }) =>
  ropeAppend(lab, { position: 0, isNormed: true }))

for (const size of [8, 24, 128])
  test(`attention of heads of ${size} sees the cache up to its own position`, async ({ lab }) => {
    const { heads, keyValueHeads, context } = shape
    const [count, position] = [3, 126]
    const perRow = heads + 2 * keyValueHeads
    const parts = rows(numbers(count * perRow * size, 29, 3), size)
    const cache = rows(numbers(2 * context * keyValueHeads * size, 30, 2), size)
    const buffers = [f32(parts.flat()), f32(cache.flat()), f32(numbers(count * heads * size, 31))]
    const pods = [size / 4, heads, keyValueHeads, position, context]
    const attended = await run(lab, { kernel: 'attention', buffers, pods, grid: [heads, count] }, 2)
    const expected = Array.from({ length: count * heads }, (_, i) => {
      const [row, head] = [Math.floor(i / heads), i % heads]
      const group = Math.floor((head * keyValueHeads) / heads)
      const seen = (from: number) =>
        Array.from({ length: position + row + 1 }, (_, t) => cache[from + t * keyValueHeads + group] ?? [])
      return attend(parts[row * perRow + head] ?? [], seen(0), seen(context * keyValueHeads))
    })
    expectClose(attended, expected.flat())
  })

test('softmax divides by the temperature and sums to one', async ({ lab }) => {
  const logits = numbers(1003, 32, 20)
  const buffers = [f32(logits), f32([0.7]), f32(numbers(1003, 33))]
  const probabilities = await run(lab, { kernel: 'softmax', buffers, pods: [1003], grid: [1, 1] }, 2)
  expectClose(probabilities, softmax(logits, 0.7))
  expect(probabilities.slice(0, 1003).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
})

test('sample inverts the CDF of the smallest set that has the mass, ties to the lower id', async ({
  lab,
}) => {
  // Sixteenths, so that sums are exact and thresholds meet; ids far apart; many ties.
  const probabilities = new Array<number>(700).fill(0)
  for (const [id, sixteenths] of [
    [2, 1],
    [31, 4],
    [300, 2],
    [301, 2],
    [500, 2],
    [699, 5],
  ] as const)
    probabilities[id] = sixteenths / 16
  for (const topP of [1, 0.9375, 0.75, 0.5625, 0.3125, 1e-5])
    for (const uniform of [0, 0.24, 0.26, 0.5, 0.77, 0.999999]) {
      const buffers = [f32(probabilities), f32([uniform]), f32([topP]), i32([-1])]
      const [token] = await run(lab, { kernel: 'sample', buffers, pods: [700], grid: [1, 1] }, 3)
      expect([topP, uniform, token]).toEqual([topP, uniform, sampleWithTopP(probabilities, uniform, topP)])
    }
})

test('penalty lowers what has appeared, in WebLLM’s order', async ({ lab }) => {
  const logits = [2, -2, 0.5, 3]
  const buffers = [i32([3, 1]), i32([2, 1]), f32([0.5, 0.25, 2]), f32(logits)]
  const penalised = await run(lab, { kernel: 'penalty', buffers, pods: [2], grid: [1, 1] }, 3)
  expectClose(penalised, [2, (-2 - 0.75) * 2, 0.5, (3 - 1) / 2])
})

test('logit_bias adds to the named tokens only', async ({ lab }) => {
  const buffers = [i32([2, 0]), f32([5, -1]), f32([1, 2, 3, 4])]
  expect(await run(lab, { kernel: 'logit_bias', buffers, pods: [2], grid: [1, 1] }, 2)).toEqual([0, 2, 8, 4])
})

test('bitmask leaves a token a chance exactly where its bit is set', async ({ lab }) => {
  const logits = numbers(70, 34)
  const words = whole(3, 2 ** 24, 35)
  const masked = await run(
    lab,
    { kernel: 'bitmask', buffers: [i32(words), f32(logits)], pods: [70], grid: [2, 1] },
    1,
  )
  const allowed = (id: number) => (((words[id >> 5] ?? 0) >>> (id & 31)) & 1) === 1
  for (const [id, logit] of logits.entries())
    if (allowed(id)) expect(masked[id]).toBe(logit)
    else expect(masked[id]).toBeLessThan(-1e38)
})

test('token_logprobs is the log-softmax at each row’s target, and 0 without one', async ({ lab }) => {
  const logits = rows(numbers(3 * 301, 36, 10), 301)
  const targets = [99, 300, -1, 7]
  const buffers = [f32(logits.flat()), i32(targets), f32([5, 5, 5, 5])]
  // The block begins at row 1 of the call.
  const logprobs = await run(lab, { kernel: 'token_logprobs', buffers, pods: [301, 1], grid: [3, 1] }, 2)
  const at = (row: number, token: number) => Math.log(softmax(logits[row] ?? [], 1)[token] ?? NaN)
  expectClose(logprobs, [5, at(0, 300), 0, at(2, 7)])
})
