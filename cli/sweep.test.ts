/** A sweep through the command line, on the fake team: one row per run, and nothing done twice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Models } from './command.ts'
import { fakeModels, lab, linesIn } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-sweep-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const path = () => join(folder, String((files += 1)))

const settings = {
  ...{ leader: 'fake-leader', peers: ['fake-peer-1', 'fake-peer-2'], families: ['remainder'] },
  ...{ max_completion_length: 4, num_generations: 8, prompts_per_step: 2, task_count: 12 },
  ...{ max_grad_norm: 1000, learning_rate: 0.1 },
}
function fileOf(given: object): string {
  const file = path()
  const sweep = {
    name: 'try',
    preset: 'nano',
    settings,
    grid: { beta: [0, 0.1] },
    seeds: 2,
    steps: 3,
    size: 10,
  }
  writeFileSync(file, JSON.stringify({ ...sweep, ...given }))
  return file
}

const rowsOf = (out: string) => linesIn(join(out, 'runs.jsonl'))

/** Counts updates, and tells when the n-th is made. */
function counting(onUpdate: (count: number) => void = () => {}): {
  readonly models: Models
  readonly updates: () => number
} {
  let updates = 0
  return {
    updates: () => updates,
    models: {
      ...fakeModels,
      async trainer(...given) {
        const trainer = await fakeModels.trainer(...given)
        return {
          ...trainer,
          update(...gradients) {
            onUpdate((updates += 1))
            return trainer.update(...gradients)
          },
        }
      },
    },
  }
}

describe('a sweep', () => {
  test('writes one row per run, a table and a figure', async () => {
    const out = path()
    const { code, notes } = await lab(['sweep', fileOf({}), '--out', out])
    expect(notes.filter((note) => note.startsWith('lab:'))).toEqual([])
    expect(code).toBe(0)
    expect(rowsOf(out).map(({ beta, seed, step, n }) => [beta, seed, step, n])).toEqual([
      [0, 1, 3, 10],
      [0, 2, 3, 10],
      [0.1, 1, 3, 10],
      [0.1, 2, 3, 10],
    ])
    expect(readFileSync(join(out, 'table.md'), 'utf8')).toMatch(/\| beta 0\.1 \| sampled \| 2 \|/)
    expect(readFileSync(join(out, 'figure.svg'), 'utf8')).toMatch(/^<svg[^]*<\/svg>\n$/)
  })

  test('that was interrupted goes on, does nothing twice, and ends as if it had not been', async () => {
    const [whole, broken] = [path(), path()]
    const file = fileOf({})
    await lab(['sweep', file, '--out', whole])
    let stop = () => {}
    const parts = counting((count) => {
      // In the middle of the first run, and at the last step of the third.
      if (count === 2 || count === 10) stop()
    })
    const command = ['sweep', file, '--out', broken]
    for (let interruption = 0; interruption < 2; interruption++) {
      const { code, notes } = await lab(command, {
        models: parts.models,
        onStart: (stopNow) => (stop = stopNow),
      })
      expect(code).toBe(130)
      expect(notes.at(-1)).toMatch(/The same command goes on from there|stopped/)
    }
    const { code } = await lab(command, { models: parts.models })
    expect(code).toBe(0)
    expect(rowsOf(broken)).toEqual(rowsOf(whole))
    // Four runs of three updates; each interruption may cost the update in progress.
    expect(parts.updates()).toBeLessThanOrEqual(4 * 3 + 2)
    const again = counting()
    await lab(command, { models: again.models })
    expect(again.updates()).toBe(0)
  })

  test('grows by seeds and values, keeping what is done', async () => {
    const out = path()
    await lab(['sweep', fileOf({ seeds: 1 }), '--out', out])
    const more = counting()
    const { code } = await lab(['sweep', fileOf({ grid: { beta: [0, 0.1, 0.2] }, seeds: 1 }), '--out', out], {
      models: more.models,
    })
    expect(code).toBe(0)
    expect(more.updates()).toBe(3)
    expect(rowsOf(out)).toHaveLength(3)
  })

  test.each([
    [{ grid: { bta: [1] } }, /bta is not a setting; did you mean beta\?/],
    [{ grid: { leader: ['gpt'] } }, /There is no model "gpt"/],
  ])('%j is refused in one line', async (given, message) => {
    const { code, notes } = await lab(['sweep', fileOf(given), '--out', path()])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(message)
  })

  test('a folder of another sweep is refused, and so is a call without a file', async () => {
    const out = path()
    await lab(['sweep', fileOf({ seeds: 1 }), '--out', out])
    const other = await lab(['sweep', fileOf({ steps: 4 }), '--out', out])
    expect(other.notes.at(-1)).toMatch(/holds runs whose max_steps is 3, but 4 was given/)
    expect((await lab(['sweep'])).code).toBe(2)
    expect((await lab(['sweep', '/nonexistent/sweep.json'])).notes.at(-1)).toMatch(/no such file/)
  })
})
