/** The recording that the page opens with is one that this version plays, small enough, and of the models beside it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { diskModels } from './models.ts'
import { fakeFlags, lab } from './testing.ts'
import { packageFolder } from './version.ts'
import { stagesOfStep } from '../src/mlpo/recording/play.ts'
import { unpackState } from '../src/mlpo/recording/packed-state.ts'
import { readRecording } from '../src/mlpo/recording/recording.ts'
import { fakeAdapter } from '../src/mlpo/testing/fake-trainer.ts'
import { freshAdapter } from '../src/mlpo/trainer/lora-init.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-record-'))
afterAll(() => rmSync(folder, { recursive: true }))

const committed = join(packageFolder, 'public', 'recordings')
const recording = readRecording(readFileSync(join(committed, 'route.json'), 'utf8'))
const at = (values: number | readonly number[], index: number) =>
  typeof values === 'number' ? values : (values[index] ?? Number.NaN)

describe('the committed recording', () => {
  test('takes at most 1.5 MB, with its states', () => {
    const sizes = readdirSync(committed).map((name) => statSync(join(committed, name)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_500_000)
  })

  test('plays every step in six stages', () => {
    expect(recording.steps).toHaveLength(recording.config.max_steps)
    for (const [index] of recording.steps.entries()) expect(stagesOfStep(recording, index)).toHaveLength(6)
  })

  test('was made with the models of this version: otherwise record it anew', async () => {
    const names = [recording.config.leader, ...recording.config.peers]
    expect(Object.keys(recording.models).sort()).toEqual([...new Set(names)].sort())
    for (const [name, hash] of Object.entries(recording.models)) {
      const { engine, fingerprint } = await diskModels.open(name)
      await engine.dispose()
      expect(fingerprint).toBe(hash)
    }
  })

  test('has states that unpack on the start of its seed', () => {
    const { lora_r: r, lora_alpha: alpha, leader: baseModel, seed } = recording.config
    expect(recording.states.length).toBeGreaterThan(0)
    for (const { file, modules, step } of recording.states) {
      const start = freshAdapter(modules, { r, alpha, baseModel, seed })
      expect(unpackState(new Uint8Array(readFileSync(join(committed, file))), { start }).updates).toBe(step)
    }
  })
})

describe('training that goes on from a state', () => {
  test('gives the completions of the next step the log-probabilities that were recorded, nearly', async () => {
    const { config, states, tokens, steps } = recording
    const { engine } = await diskModels.open(config.leader)
    for (const { file, modules, step } of states) {
      const { lora_r: r, lora_alpha: alpha, leader: baseModel, seed } = config
      const start = freshAdapter(modules, { r, alpha, baseModel, seed })
      const state = unpackState(new Uint8Array(readFileSync(join(committed, file))), { start })
      const trainer = await diskModels.trainer(engine, config, state)
      const groups = (steps[step]?.groups ?? []).map(({ prompt, completions }) => ({
        prompt: prompt.promptIds,
        completions: completions.map((each) => each.tokens.map((at) => tokens[at]?.[0] ?? 0)),
      }))
      const { logprobs } = await trainer.logprobs(groups, { policy: 'current' })
      trainer.dispose()
      const recorded = (steps[step]?.groups ?? []).flatMap(({ completions }) =>
        completions.flatMap((each) => each.tokens.map((_, t) => at(each.logprobs, t))),
      )
      const found = logprobs.flat().flatMap((each) => [...each])
      expect(found).toHaveLength(recorded.length)
      const errors = found.map((value, i) => Math.abs(value - (recorded[i] ?? Number.NaN)))
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.01)
      expect(Math.max(...errors)).toBeLessThan(0.2)
    }
    await engine.dispose()
  })
})

describe('lab record', () => {
  const record = (...args: readonly string[]) =>
    lab(['record', ...fakeFlags, '--steps', '4', '--eval-every', '2', ...args])

  test('writes a recording that can be read, and states with the evaluation that was due', async () => {
    const out = join(folder, 'fake.json')
    const { code, notes } = await record('--states', '1', '--out', out)
    expect(notes.filter((note) => note.startsWith('lab:'))).toEqual([])
    expect(code).toBe(0)
    const recording = readRecording(readFileSync(out, 'utf8'))
    expect(recording.steps).toHaveLength(4)
    expect(recording.device).toBe('a few lines')
    expect(recording.evaluations.map(({ step }) => step)).toEqual([0, 2, 4])
    expect(recording.models).toMatchObject({ 'fake-leader': 'fake-leader', 'fake-peer-1': 'fake-peer-1' })
    expect(recording.states).toMatchObject([{ step: 2, evaluatedAt: 2, file: 'fake-002.bin' }])
    const bytes = new Uint8Array(readFileSync(join(folder, 'fake-002.bin')))
    expect(unpackState(bytes, { start: fakeAdapter() }).updates).toBe(2)
  })

  test.each([
    [['--sft', 'splice', '--out', join(folder, 'x.json')], 1, /traces first are not recorded/],
    [['--out', join(folder, 'a recording')], 2, /--out is needed/],
    [['--groups', '0', '--out', join(folder, 'x.json')], 1, /--groups 0: expected a whole number/],
  ])('%j is refused', async (args, expected, message) => {
    const { code, notes } = await record(...args)
    expect(code).toBe(expected)
    expect(notes.at(-1)).toMatch(message)
  })
})
