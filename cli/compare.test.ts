/** The comparison through the command line, on the fake team: complete, resumable, and each figure paid for. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { methods } from '../src/mlpo/baselines/methods.ts'
import { readSession } from '../src/mlpo/session-file.ts'
import { fakeFlags, fakeModels, lab, linesIn } from './testing.ts'
import type { Models } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-compare-'))
afterAll(() => rmSync(folder, { recursive: true }))
let folders = 0
const newFolder = () => join(folder, String((folders += 1)))

const settings = [...fakeFlags, '--steps', '3', '--sft-prompts', '4']
const compare = (out: string, ...args: readonly string[]) => ['compare', ...settings, '--out', out, ...args]

const rowsOf = (out: string) => linesIn(join(out, 'runs.jsonl'))

/** Counts trainings and updates. */
function counting(): {
  readonly models: Models
  readonly updates: () => number
  readonly trainings: () => number
} {
  let updates = 0
  let trainings = 0
  return {
    updates: () => updates,
    trainings: () => trainings,
    models: {
      ...fakeModels,
      async trainer(...given) {
        trainings += 1
        const trainer = await fakeModels.trainer(...given)
        return {
          ...trainer,
          update(...gradients) {
            updates += 1
            return trainer.update(...gradients)
          },
        }
      },
    },
  }
}

describe('a comparison', () => {
  test('runs every method with every seed, and writes a row for each and a table of all', async () => {
    const out = newFolder()
    const { code, notes } = await lab(compare(out, '--seeds', '2'))
    expect(notes.filter((note) => note.startsWith('lab:'))).toEqual([])
    expect(code).toBe(0)
    const rows = rowsOf(out)
    expect(rows.map(({ method, seed }) => `${String(method)}/${String(seed)}`)).toEqual(
      methods.flatMap(({ name }) => [`${name}/1`, `${name}/2`]),
    )
    const table = readFileSync(join(out, 'table.md'), 'utf8')
    for (const { label } of methods) expect(table).toContain(`| ${label} |`)
    expect(table).toContain('MLPO + team against GRPO alone at equal inference tokens')
    const csvLines = (name: string) => readFileSync(join(out, name), 'utf8').trimEnd().split('\r\n')
    expect(csvLines('rows.csv')).toHaveLength(1 + rows.length)
    const contrasts = csvLines('contrasts.csv')
    expect(contrasts.length % 3).toBe(1)
    for (const seed of ['1', '2', 'all'])
      expect(contrasts.filter((line) => line.includes(`,sampled,${seed},2,`))).toHaveLength(
        (contrasts.length - 1) / 3,
      )
  })

  test('a method brings what it needs, and the order is fixed', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'grpo-vote'))
    expect(rowsOf(out).map(({ method }) => method)).toEqual(['mlpo-no-sft', 'grpo', 'grpo-vote'])
  })

  test('what is finished is not done again', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'mlpo-no-sft'))
    const first = readFileSync(join(out, 'runs.jsonl'), 'utf8')
    const counted = counting()
    const { code } = await lab(compare(out, '--methods', 'vote,mlpo-no-sft'), { models: counted.models })
    expect(code).toBe(0)
    expect(counted.trainings()).toBe(0)
    expect(readFileSync(join(out, 'runs.jsonl'), 'utf8')).toContain(first)
  })

  test('an interrupted training goes on from its checkpoint and ends as if it had not been', async () => {
    const [whole, broken] = [newFolder(), newFolder()]
    const methodsFlag = ['--methods', 'mlpo,deferral']
    const all = counting()
    await lab(compare(whole, ...methodsFlag), { models: all.models })

    const parts = counting()
    const stops = [2, 4, 6]
    for (const stop of stops) {
      const controller = { stop: () => {} }
      const { code } = await lab(compare(broken, ...methodsFlag), {
        models: {
          ...parts.models,
          async trainer(...given) {
            const trainer = await parts.models.trainer(...given)
            return {
              ...trainer,
              update(...gradients) {
                const report = trainer.update(...gradients)
                if (parts.updates() === stop) controller.stop()
                return report
              },
            }
          },
        },
        onStart: (stopNow) => (controller.stop = stopNow),
      })
      expect(code).toBe(130)
    }
    const { code } = await lab(compare(broken, ...methodsFlag), { models: parts.models })
    expect(code).toBe(0)
    expect(rowsOf(broken)).toEqual(rowsOf(whole))
    // Each stop loses at most the update in progress.
    expect(parts.updates()).toBeLessThanOrEqual(all.updates() + stops.length)
  })

  test('at a rate of 0 the adapter stays what it was, and the leader answers as the untrained one', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'untrained,mlpo-no-sft,mlpo-rate-0'))
    const trained = (method: string) =>
      readSession(
        Uint8Array.from(readFileSync(join(out, method, 'seed-1', 'checkpoints', 'step-000003.run'))),
      ).trainer
    const control = trained('mlpo-rate-0')
    expect(control.updates).toBe(3)
    expect(control.adapter).toEqual(control.start)
    expect(trained('mlpo-no-sft').adapter).not.toEqual(control.start)
    const [untrained, , zero] = rowsOf(out)
    const cell = ({ team, alone }: Record<string, unknown> = {}) => [team, alone]
    expect(cell(zero)).toEqual(cell(untrained))
  })

  test('a folder of other settings is refused by the name of the setting', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'vote'))
    const { code, notes } = await lab(compare(out, '--methods', 'vote', '--learning-rate', '0.2'))
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/holds runs whose learning_rate is 0\.1, but 0\.2 was given/)
  })

  test('a folder that is older than a setting goes on at its default, and at nothing else', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'vote'))
    const file = join(out, 'compare.json')
    const { weight_decay: _, ...older } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify(older))
    expect((await lab(compare(out, '--methods', 'vote'))).code).toBe(0)
    const { code, notes } = await lab(compare(out, '--methods', 'vote', '--weight-decay', '0.1'))
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/holds runs whose weight_decay is 0, but 0\.1 was given/)
  })

  test('a damaged result is named', async () => {
    const out = newFolder()
    await lab(compare(out, '--methods', 'vote'))
    const file = join(out, 'vote', 'seed-1', 'result.json')
    writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size - 5))
    const { code, notes } = await lab(compare(out, '--methods', 'vote'))
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/results cannot be read.*Delete the file/)
  })

  test.each([
    [['--methods', 'grppo'], /no method "grppo"\. Did you mean grpo\?/],
    [['--seeds', '0'], /--seeds 0: expected a number of seeds/],
    [['--seeds', 'a,b'], /--seeds a,b: expected/],
    [['--seed', '3'], /give --seeds, not --seed/],
    [['--split', 'train'], /expected one of dev, test/],
  ])('%j is refused', async (args, message) => {
    const { code, notes } = await lab(compare(newFolder(), ...args))
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(message)
  })
})
