import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { presetNamed } from '../../mlpo/config/presets.ts'
import { longestSource, needLines, needsOf, noNeeds, parseRewards } from './needs.ts'
import { readLink } from './readLink.ts'
import { writeLink } from './writeLink.ts'

const { experiment } = readLink('?preset=tiny')
const config = {
  ...experiment.config,
  custom_rewards: ['mine', 'brief'],
  custom_reward_weights: [0.5, -2],
}

describe('what a link cannot carry', () => {
  test('is named in it, and nothing more of it', () => {
    const needs = needsOf(config, { source: 'own.csv' })
    const link = writeLink({ ...experiment, config, needs })
    expect(link).toBe('?v=2&preset=tiny&own_questions=own.csv&own_rewards=mine:0.5,brief:-2')
    const read = readLink(link)
    expect(read.problems).toEqual([])
    expect(read.experiment.needs).toEqual(needs)
    expect(read.experiment.config.custom_rewards).toEqual([])
  })

  test('has a name that a link takes, however long the source is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (source) => {
        const { questions } = needsOf(experiment.config, { source })
        expect(questions?.length).toBeLessThanOrEqual(longestSource)
      }),
    )
    const address = `https://example.org/${'folder/'.repeat(40)}questions.csv`
    expect(needsOf(experiment.config, { source: address }).questions).toMatch(/^https:.*….*\/questions\.csv$/)
  })

  test('is nothing where there is nothing of one’s own', () => {
    expect(needsOf(experiment.config, { source: null })).toEqual(noNeeds)
    expect(needLines(noNeeds, { source: null, rewards: [] })).toEqual([])
  })
})

describe('rewards named by a link', () => {
  const base = presetNamed('tiny')?.config ?? experiment.config

  test.each([
    ['without a weight', 'mine'],
    ['with a weight that is none', 'mine:much'],
    ['with a weight out of range', 'mine:1000'],
    ['named like the page’s own', 'accuracy:1'],
    ['that no metric could be called after', 'my reward:1'],
    ['named twice', 'mine:1,mine:2'],
    ['that are too many', Array.from({ length: 9 }, (_, at) => `r${at}:1`).join(',')],
  ])('%s are refused with the reason', (_, text) => {
    expect(parseRewards(text, base)).toMatch(/./)
    const { experiment: read, problems } = readLink(`?preset=tiny&own_rewards=${encodeURIComponent(text)}`)
    expect(problems).toHaveLength(1)
    expect(read.needs).toEqual(noNeeds)
  })
})

describe('whoever opens it', () => {
  const needs = needsOf(config, { source: 'own.csv' })
  const there = (source: string | null, rewards: readonly string[]) =>
    needLines(needs, { source, rewards }).map(({ isThere }) => isThere)

  test('is told of each thing until it is there', () => {
    expect(there(null, [])).toEqual([false, false, false])
    expect(there('own.csv', ['brief'])).toEqual([true, false, true])
    expect(there('own.csv', ['brief', 'mine'])).toEqual([true, true, true])
  })

  test('is told which other questions are asked instead', () => {
    const [none] = needLines(needs, { source: null, rewards: [] })
    expect(none?.words).toContain('the built-in generators ask')
    const [other] = needLines(needs, { source: 'other.csv', rewards: [] })
    expect(other).toMatchObject({
      isThere: false,
      words: expect.stringContaining('those of other.csv') as string,
    })
  })
})
