/** What a token's colour says, on hand-made tokens. */
import { describe, expect, test } from 'vitest'
import { shadeOf, strongestOf, type Token } from './tokenShades.ts'

const token: Token = { text: 'a', logprob: -1, oldLogprob: -1, entropy: 0.5, loss: 0.1, gradient: -0.2 }

describe('by gradient', () => {
  test('a token that becomes likelier is up, one that becomes less likely down', () => {
    const strongest = strongestOf([token, { ...token, gradient: 0.4 }], 'gradient')
    expect(shadeOf(token, { by: 'gradient', strongest })).toEqual({ direction: 'up', depth: 0.5 })
    expect(shadeOf({ ...token, gradient: 0.4 }, { by: 'gradient', strongest })).toEqual({
      direction: 'down',
      depth: 1,
    })
  })
  test('a token without gradient has no colour, also where none has any', () => {
    const idle = { ...token, gradient: 0 }
    const strongest = strongestOf([idle], 'gradient')
    expect(shadeOf(idle, { by: 'gradient', strongest })).toEqual({ direction: null, depth: 0 })
  })
})

describe('by log-ratio', () => {
  test('before the first update of a batch nothing has moved', () => {
    expect(shadeOf(token, { by: 'ratio', strongest: 1 }).direction).toBeNull()
  })
  test('up where the probability has risen since it was sampled', () => {
    const risen = { ...token, logprob: -0.5 }
    const fallen = { ...token, logprob: -2 }
    const strongest = strongestOf([risen, fallen], 'ratio')
    expect(shadeOf(risen, { by: 'ratio', strongest })).toEqual({ direction: 'up', depth: 0.5 })
    expect(shadeOf(fallen, { by: 'ratio', strongest })).toEqual({ direction: 'down', depth: 1 })
  })
})

test('by entropy a token is the deeper, the more open its choice was', () => {
  const strongest = strongestOf([token, { ...token, entropy: 2 }], 'entropy')
  expect(shadeOf(token, { by: 'entropy', strongest })).toEqual({ direction: 'open', depth: 0.25 })
})
