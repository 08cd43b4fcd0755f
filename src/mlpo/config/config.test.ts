import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cautions } from './cautions.ts'
import { ConfigError, defaults, differences, ownSettings, parseConfig, withSetting } from './config.ts'
import { promptStyles } from '../prompts.ts'
import { fieldOf, groups, keys } from './fields.ts'
import type { Key } from './fields.ts'
import { presetNamed, presets } from './presets.ts'
import { refusal } from './read.ts'
import { cliFlags, settingFromText, settingToText } from './text.ts'

function problemsOf(input: unknown) {
  try {
    parseConfig(input)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const refused = (input: unknown) => problemsOf(input).map(({ key }) => key)

describe('cautions', () => {
  test('say that a sampler that leaves tokens out is off-policy, and nothing about the defaults', () => {
    expect(cautions(defaults)).toEqual([])
    const keys = (given: object) =>
      cautions(parseConfig(given)).map(({ key, text }) => [key, /off-policy/.test(text)])
    expect(keys({ top_p: 0.9 })).toEqual([['top_p', true]])
    expect(keys({ top_k: 20, min_p: 0.05 })).toEqual([
      ['top_k', true],
      ['min_p', true],
    ])
  })

  test('say what dropout does to the log-probabilities', () => {
    expect(cautions(parseConfig({ lora_dropout: 0.05 })).map(({ key }) => key)).toEqual(['lora_dropout'])
  })

  test('say that the nano learning rate is bold for a real model', () => {
    const bold = parseConfig({ leader: 'SmolLM2-135M', learning_rate: 2e-3 })
    expect(cautions(bold).map(({ key }) => key)).toEqual(['learning_rate'])
    expect(cautions(parseConfig({ leader: 'SmolLM2-135M' }))).toEqual([])
  })
})

describe('fields', () => {
  test.each(keys)('the default of %s is accepted by its own field', (key) => {
    expect(refusal(fieldOf(key), fieldOf(key).default)).toBeNull()
  })

  test('every setting stands in exactly one group', () => {
    const grouped = groups.flatMap((group) => Object.keys(group.fields))
    expect([...grouped].sort()).toEqual([...keys].sort())
  })

  test('keys are snake_case and every help is one or more sentences', () => {
    for (const key of keys) {
      expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
      expect(fieldOf(key).help).toMatch(/\.$/)
    }
  })

  test('a default that follows another setting names an existing setting and its options', () => {
    for (const key of keys) {
      const field = fieldOf(key)
      if (field.kind !== 'number' || field.defaultWhen === undefined) continue
      const { key: on, is } = field.defaultWhen
      expect(keys).toContain(on)
      const other = fieldOf(on as Key)
      const options = on === 'leader' ? promptStyles : other.kind === 'choice' ? other.options : {}
      expect(Object.keys(options)).toEqual(expect.arrayContaining(Object.keys(is)))
    }
  })
})

describe('parseConfig', () => {
  test('nothing given yields the defaults', () => {
    expect(parseConfig({})).toEqual(defaults)
  })

  test('reading a configuration again changes nothing', () => {
    expect(parseConfig(parseConfig({ loss_type: 'cispo', seed: 7 }))).toEqual(
      parseConfig({ loss_type: 'cispo', seed: 7 }),
    )
  })

  test('an unknown key is refused with the nearest known one', () => {
    const [problem] = problemsOf({ num_generation: 4 })
    expect(problem).toMatchObject({ key: 'num_generation', allowed: 'did you mean num_generations?' })
  })

  test('every bad key is listed at once, with what is allowed', () => {
    const problems = problemsOf({ seed: 1.5, loss_type: 'ppo', top_p: 2, temperature: '1' })
    expect(problems.map(({ key }) => key)).toEqual(['seed', 'loss_type', 'top_p', 'temperature'])
    for (const { allowed } of problems) expect(allowed).not.toBe('')
  })

  test.each([[null], [[]], ['{}'], [3]])('%j is not a configuration', (input) => {
    expect(() => parseConfig(input)).toThrow(ConfigError)
  })

  test.each([
    ['num_generations', { num_generations: 1 }],
    ['max_steps', { max_steps: -1 }],
    ['temperature', { temperature: 0 }],
    ['epsilon_high', { loss_type: 'cispo', epsilon_high: 0.28 }],
    ['delta', { loss_type: 'cispo', delta: 2 }],
    ['rollout_correction', { loss_type: 'vespo', rollout_correction: 'token_mask' }],
    ['num_generations', { group_by: 'task', num_generations: 6 }],
    ['reward_weights', { reward_funcs: ['accuracy'] }],
    ['reward_weights', { reward_weights: [0, 0] }],
    ['reward_funcs', { reward_funcs: ['accuracy', 'accuracy'] }],
    ['reward_funcs', { reward_funcs: ['accuracy', 'toString'] }],
    ['warmup_steps', { warmup_steps: 61 }],
    ['max_model_length', { max_model_length: 64, max_proposal_length: 64 }],
    ['max_model_length', { max_model_length: 100, max_completion_length: 200 }],
    ['scale_rewards', { multi_objective_aggregation: 'normalize_then_sum' }],
    ['peers', { peers: [] }],
    ['learning_rate', { learning_rate: Number.NaN }],
    ['lora_dropout', { lora_dropout: 1 }],
    ['lora_dropout', { lora_dropout: -0.1 }],
    ['use_dora', { use_dora: true }],
    ['__proto__', JSON.parse('{"__proto__": 1}') as unknown],
  ])('%s is refused in %j', (key, input) => {
    expect(refused(input)).toEqual([key])
  })

  test('the default of epsilon_high depends on the loss', () => {
    expect(parseConfig({ loss_type: 'cispo' }).epsilon_high).toBe(5)
    expect(parseConfig({ loss_type: 'dapo' }).epsilon_high).toBe(0.28)
  })
})

describe('the default of the learning rate', () => {
  test.each([
    [{}, 2e-3],
    [{ leader: 'nano-math' }, 2e-3],
    [{ leader: 'https://example.org/models/nano-leader/' }, 2e-3],
    [{ leader: 'SmolLM2-135M-Instruct-q0f32-MLC' }, 5e-5],
    [{ leader: 'SmolLM2-135M-Instruct-q0f32-MLC', learning_rate: 2e-3 }, 2e-3],
    [{ learning_rate: 5e-5 }, 5e-5],
  ])('%j gives %d', (given, rate) => {
    expect(parseConfig(given).learning_rate).toBe(rate)
  })

  test('moves with the leader in a form, and back; a rate of one’s own stays', () => {
    const real = withSetting(defaults, 'leader', 'SmolLM2-135M-Instruct-q0f32-MLC')
    expect(real.learning_rate).toBe(5e-5)
    expect(withSetting(real, 'leader', 'nano-leader')).toEqual(defaults)
    const own = withSetting(defaults, 'learning_rate', 1e-3)
    expect(withSetting(own, 'leader', 'SmolLM2-135M-Instruct-q0f32-MLC').learning_rate).toBe(1e-3)
  })
})

describe('ownSettings', () => {
  const some = [
    ...presets.map(({ config }) => config),
    parseConfig({ leader: 'SmolLM2-135M', learning_rate: 2e-3 }),
    parseConfig({ leader: 'SmolLM2-135M', loss_type: 'cispo' }),
    parseConfig({ loss_type: 'cispo', epsilon_high: 2 }),
  ]

  test.each(some)('are enough to make the configuration again', (config) => {
    expect(parseConfig(ownSettings(config))).toEqual(config)
  })

  test('are none of the defaults, and let a default move with what is changed', () => {
    expect(ownSettings(defaults)).toEqual({})
    const leader = 'SmolLM2-135M'
    expect(parseConfig({ ...ownSettings(defaults), leader }).learning_rate).toBe(5e-5)
    expect(ownSettings(parseConfig({ leader, learning_rate: 2e-3 }))).toEqual({ leader, learning_rate: 2e-3 })
  })
})

describe('withSetting', () => {
  test('a dependent default moves with its setting, and back', () => {
    const cispo = withSetting(defaults, 'loss_type', 'cispo')
    expect(cispo.epsilon_high).toBe(5)
    expect(withSetting(cispo, 'loss_type', 'dr_grpo')).toEqual(defaults)
  })

  test('a value that was changed by hand stays', () => {
    const own = withSetting(defaults, 'epsilon_high', 0.5)
    expect(withSetting(own, 'loss_type', 'cispo').epsilon_high).toBe(0.5)
  })
})

describe('differences', () => {
  test('a configuration does not differ from itself', () => {
    expect(differences(defaults, parseConfig({}))).toEqual([])
  })

  test('the listed changes turn one configuration into the other', () => {
    for (const { config } of presets) {
      const changes = differences(defaults, config).map(({ key, to }) => [key, to])
      expect(parseConfig({ ...defaults, ...Object.fromEntries(changes) })).toEqual(config)
    }
  })
})

describe('text', () => {
  test('every setting of every preset survives text', () => {
    for (const { config } of presets) {
      for (const key of keys) expect(settingFromText(key, settingToText(config[key]))).toEqual(config[key])
    }
  })

  test('a flag says which default holds when', () => {
    const said = (key: Key) => cliFlags.find((flag) => flag.key === key)?.default
    expect(said('learning_rate')).toBe('0.002; 0.00005 with a leader other than the embedded nano ones')
    expect(said('epsilon_high')).toBe('0.28; 5 with the loss cispo')
    expect(said('seed')).toBe('1')
  })

  test('flags are kebab-case and distinct', () => {
    expect(new Set(cliFlags.map(({ flag }) => flag)).size).toBe(keys.length)
    for (const { flag } of cliFlags) expect(flag).toMatch(/^--[a-z0-9-]+$/)
  })

  test('text never throws and never makes a bad setting good', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.string(), (key, text) => {
        const value = settingFromText(key, text)
        const reason = refusal(fieldOf(key), value)
        if (reason === null) return
        expect(refused({ [key]: value })).toEqual([key])
      }),
    )
  })
})

describe('presets', () => {
  test('nano is an alias of route', () => {
    expect(presetNamed('nano')).toBe(presetNamed('route'))
    expect(presetNamed('no such preset')).toBeUndefined()
  })

  test('tiny is at most two prompts, two completions and sixteen tokens', () => {
    const tiny = presetNamed('tiny')?.config
    expect(tiny).toMatchObject({ prompts_per_step: 2, num_generations: 2 })
    expect(tiny?.max_completion_length).toBeLessThanOrEqual(16)
  })
})
