import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, differences, parseConfig } from '../../mlpo/config/config.ts'
import type { Config, Key } from '../../mlpo/config/config.ts'
import type { Field } from '../../mlpo/config/field.ts'
import { fieldOf, keys } from '../../mlpo/config/fields.ts'
import { presets } from '../../mlpo/config/presets.ts'
import { lessonNames } from '../learn/lessonNames.ts'
import { accessOf, controls, partControls, settingControls } from './controls.ts'
import { codeKeys } from './experiment.ts'
import type { Experiment } from './experiment.ts'
import { comparisons, expectationText, parseExpectation } from './expectation.ts'
import { figures } from './figures.ts'
import { longestLink, mostExpectations, readLink } from './readLink.ts'
import { looksLikeScript } from './linkText.ts'
import { writeLink } from './writeLink.ts'

const wellFormed = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() !== '' && !/\p{Surrogate}/u.test(text) && !looksLikeScript(text))

const someModels = [
  'nano-math',
  'nano-logic',
  'SmolLM2-135M-Instruct-q0f32-MLC',
  'https://example.org/model/',
]

/** A value that the field accepts by itself. */
function valueOf(key: Key, field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'number': {
      const { min, max } = field
      const value = field.whole
        ? fc.integer({ min, max })
        : fc.double({
            ...{ min, max, noNaN: true },
            ...{ minExcluded: field.above === true, maxExcluded: field.below === true },
          })
      return field.nullable ? fc.option(value) : value
    }
    case 'toggle':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...Object.keys(field.options))
    case 'many':
      return fc.shuffledSubarray(Object.keys(field.options), { minLength: field.minItems })
    case 'numbers':
      return fc.array(fc.double({ min: field.min, max: field.max, noNaN: true }), { maxLength: 4 })
    case 'text':
      return fc.constantFrom(...someModels)
    case 'texts':
      return fc.array(key === 'peers' ? fc.constantFrom(...someModels) : wellFormed, {
        minLength: field.minItems,
        maxLength: field.maxItems,
      })
  }
}

/** Presets with a few settings changed, as far as the check lets them. */
const configs = fc
  .tuple(
    fc.constantFrom(...presets),
    fc.array(
      fc
        .constantFrom(...keys.filter((key) => !codeKeys.includes(key)))
        .chain((key) => valueOf(key, fieldOf(key)).map((value) => [key, value] as const)),
      { maxLength: 5 },
    ),
  )
  .map(([preset, changes]) => {
    let config = preset.config
    for (const [key, value] of changes) {
      try {
        config = parseConfig({ ...config, [key]: value })
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
      }
    }
    return { preset, config }
  })

const experiments: fc.Arbitrary<Experiment> = fc
  .record({
    of: configs,
    hidden: fc.subarray(controls.map(({ name }) => name)),
    locked: fc.subarray(controls.filter(({ canLock }) => canLock).map(({ name }) => name)),
    expectations: fc.array(
      fc.record({
        figure: fc.constantFrom(...figures),
        comparison: fc.constantFrom(...comparisons),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
        by: fc.option(fc.integer({ min: 1, max: 100_000 })),
      }),
      { maxLength: mostExpectations },
    ),
    note: fc.option(wellFormed, { nil: '' }).map((note) => note.trim()),
    needs: fc.record({
      questions: fc.option(wellFormed.map((source) => source.trim())),
      rewards: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('mine', 'brief', 'Kind-2', 'a_b'),
          weight: fc.double({ min: -100, max: 100, noNaN: true }).map((weight) => weight + 0),
        }),
        { selector: ({ name }) => name },
      ),
    }),
    lesson: fc.option(fc.constantFrom(...lessonNames.map(({ name }) => name))),
    showAll: fc.boolean(),
  })
  .map(({ of, ...rest }) => ({ ...of, ...rest }))

const unlike = (a: Config, b: Config) => differences(a, b).map(({ key }) => key)

describe('a link', () => {
  test('leads back to the experiment that it was made of', () => {
    fc.assert(
      fc.property(experiments, (experiment) => {
        const { experiment: read, problems } = readLink(writeLink(experiment))
        expect(problems).toEqual([])
        expect(unlike(read.config, experiment.config)).toEqual([])
        const plain = ({ config: _config, preset, expectations, ...rest }: Experiment) => ({
          ...rest,
          preset: preset.name,
          expectations: expectations.map(expectationText),
        })
        expect(plain(read)).toEqual(plain(experiment))
      }),
      { numRuns: 300 },
    )
  })

  test('names nothing but what differs, by TRL’s names', () => {
    const [route] = presets
    if (route === undefined) throw new Error('no preset')
    const config = parseConfig({ ...route.config, learning_rate: 0.001, seed: 3 })
    const { experiment } = readLink('?preset=route&hide=loss&lock=seed&expect=reward>=0.6@40')
    expect(writeLink({ ...experiment, config })).toBe(
      '?v=2&preset=route&seed=3&learning_rate=0.001&hide=loss&lock=seed&expect=reward%3E=0.6@40',
    )
  })

  test('keeps large type in the own address, and says nothing of it', () => {
    const { experiment, problems } = readLink('?preset=tiny&present&seed=3')
    expect(problems).toEqual([])
    expect(writeLink(experiment, { keep: '?present&seed=3' })).toBe('?v=2&preset=tiny&seed=3&present=')
  })

  test('with a loss alone moves the default that follows from it, and an own value stays', () => {
    expect(readLink('?loss_type=cispo').experiment.config.epsilon_high).toBe(5)
    expect(readLink('?epsilon_high=2&loss_type=cispo').experiment.config.epsilon_high).toBe(2)
  })

  test('with a leader alone moves the learning rate to what suits it; one that is named stays', () => {
    const rate = (search: string) => readLink(search).experiment.config.learning_rate
    const real = 'leader=SmolLM2-135M-Instruct-q0f32-MLC'
    expect(rate(`?preset=route&${real}`)).toBe(5e-5)
    expect(rate(`?v=2&${real}`)).toBe(5e-5)
    expect(rate(`?${real}&learning_rate=0.002`)).toBe(2e-3)
    expect(rate('?preset=smollm2')).toBe(5e-5)
    expect(rate('?leader=nano-math')).toBe(2e-3)
  })

  test('of version 1 keeps the rate that it meant, and is written anew with that rate in it', () => {
    const { experiment, problems } = readLink('?v=1&leader=SmolLM2-135M-Instruct-q0f32-MLC')
    expect(problems).toEqual([])
    expect(experiment.config.learning_rate).toBe(2e-3)
    expect(writeLink(experiment)).toContain('learning_rate=0.002')
    expect(readLink('?v=1&leader=nano-math&learning_rate=0.01').experiment.config.learning_rate).toBe(0.01)
  })

  test('of the old form still names preset and device', () => {
    const { experiment, problems } = readLink('?preset=tiny&backend=wasm&engine=tfjs&library=own')
    expect([experiment.preset.name, problems]).toEqual(['tiny', []])
    expect(experiment.config).toEqual(experiment.preset.config)
  })
})

describe('whatever stands in an address', () => {
  const keyOrName = fc.oneof(
    fc.constantFrom<string>(
      ...keys,
      'v',
      'preset',
      'hide',
      'lock',
      'expect',
      'note',
      'lesson',
      '__proto__',
      'constructor',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.tuple(keyOrName, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 12 })
      .map((pairs) => `?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`),
    fc
      .array(
        fc.tuple(keyOrName, fc.constantFrom('null', '-1', '1e999', '[]', 'true', '0', '2', 'a,b,,', '%')),
        {
          maxLength: 12,
        },
      )
      .map((pairs) => `?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`),
  )

  test('is read without a throw, and what comes of it is an experiment that can run', () => {
    fc.assert(
      fc.property(garbage, (search) => {
        const { experiment } = readLink(search)
        expect(parseConfig(experiment.config)).toEqual(experiment.config)
        expect(readLink(writeLink(experiment)).problems).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['?v=3&preset=tiny&seed=5', [/^v=3$/, /^seed$/]],
    ['?sead=5', [/^sead$/]],
    ['?learning_rate=7', [/^learning_rate=7$/]],
    ['?num_generations=1.5', [/^num_generations=1.5$/]],
    ['?preset=nemo', [/^preset=nemo$/]],
    ['?note=<script>alert(1)</script>', [/^note=<script>/]],
    ['?leader=javascript:alert(1)', [/^leader=javascript/]],
    ['?leader=ftp://example.org/x', [/^leader=ftp/]],
    ['?custom_rewards=mine', [/^custom_rewards=mine$/]],
    ['?reward_funcs=accuracy', [/^reward_funcs$/]],
    ['?reward_weights=1,2,3', [/^reward_weights$/]],
    ['?max_steps=5&warmup_steps=9', [/^warmup_steps$/]],
    ['?hide=sink&lock=curves', [/^hide=sink$/, /^lock=curves$/]],
    ['?expect=joy>3', [/^expect=joy/]],
    ['?expect=reward~3', [/^expect=reward/]],
    ['?expect=reward>=0.5@0', [/^expect=reward/]],
    ['?lesson=knitting', [/^lesson=knitting$/]],
    ['?seed=1&seed=2', [/^seed=2$/]],
    ['?engine=steam', [/^engine=steam$/]],
    ['?__proto__=1', [/^__proto__$/]],
    [`?note=${'x'.repeat(301)}`, [/^note=/]],
    [`?note=${'x'.repeat(longestLink)}`, [/^The whole link$/]],
  ])('%.40s is told to be ignored, with the reason', (search, expected) => {
    const { problems } = readLink(search)
    expect(problems).toHaveLength(expected.length)
    expected.forEach((pattern, at) => expect(problems[at]?.what).toMatch(pattern))
    for (const { what, why } of problems) {
      expect(why).not.toBe('')
      expect(what.length).toBeLessThanOrEqual(80)
    }
  })

  test('is left out alone: the rest of the link holds', () => {
    const { experiment, problems } = readLink('?preset=tiny&seed=7&learning_rate=9&hide=nothing,loss&top=1')
    expect(problems).toHaveLength(3)
    expect([experiment.preset.name, experiment.config.seed, experiment.hidden]).toEqual(['tiny', 7, ['loss']])
    expect(experiment.config.learning_rate).toBe(experiment.preset.config.learning_rate)
  })
})

describe('access', () => {
  const access = (search: string) => accessOf(settingControls('seed'), readLink(search).experiment)
  test.each([
    ['', 'open'],
    ['?lock=seed', 'locked'],
    ['?lock=run', 'locked'],
    ['?hide=settings', 'hidden'],
    ['?hide=settings&lock=seed', 'hidden'],
    ['?hide=settings&show=everything', 'open'],
    ['?hide=temperature', 'open'],
  ])('to the seed with “%s” is %s', (search, expected) => {
    expect(access(search)).toBe(expected)
  })

  test('no two controls share a name, and every part is among them', () => {
    const names = controls.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(Object.values(partControls)))
  })
})

test('an expectation is read as it is written', () => {
  for (const text of ['reward>=0.6@40', 'eval/team<0.5', 'kl<=1e-7@2']) {
    expect(expectationText(parseExpectation(text))).toBe(text)
  }
  expect(expectationText(parseExpectation(' reward ≥ .6 @ 40 '))).toBe('reward>=0.6@40')
})
