import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../src/mlpo/config/config.ts'
import { readFlags } from './flags.ts'
import { configFlag, presetFlag, settingsOf } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'settings.json')

const leader = 'SmolLM2-135M-Instruct-q0f32-MLC'
const given = (...args: readonly string[]) =>
  readFlags(args, { flags: [presetFlag, configFlag], settings: 'all' })

describe('the learning rate of a real leader', () => {
  test.each([
    [[], 2e-3],
    [['--leader', leader], 5e-5],
    [['--leader', leader, '--learning-rate', '0.002'], 2e-3],
    [['--preset', 'smollm2'], 5e-5],
    [['--preset', 'smollm2', '--leader', 'nano-leader'], 2e-3],
  ])('%j: %d, which a flag overrides', async (args, rate) => {
    expect((await settingsOf(given(...args))).learning_rate).toBe(rate)
  })

  test('is that of a file that names one, and follows the leader of one that names none', async () => {
    const rate = async (settings: object) => {
      writeFileSync(file, JSON.stringify(settings))
      return (await settingsOf(given('--config', file))).learning_rate
    }
    expect(await rate({ leader })).toBe(5e-5)
    expect(await rate({ leader, learning_rate: 2e-3 })).toBe(2e-3)
  })

  test('is that of a saved run, whatever the default has become', async () => {
    const saved = parseConfig({ leader, learning_rate: 2e-3, loss_type: 'cispo', epsilon_high: 2 })
    expect(await settingsOf(given(), { saved })).toEqual(saved)
    const longer = await settingsOf(given('--max-steps', '70'), { saved })
    expect(longer).toEqual({ ...saved, max_steps: 70 })
  })
})
