import { describe, expect, it } from 'vitest'
import { parseConfig } from '../mlpo/config/config.ts'
import type { Task } from '../mlpo/task.ts'
import { questionTokens, readerWith } from './leader-reading.ts'

/** Knows "what" and "is" as words and spells all others. */
const tokenizer = {
  encode: (text: string) => [...text.matchAll(/ ?(?:what|is)(?!\p{L})|./giu)].map((_, index) => index),
}
const ask = (question: string): Task => ({
  ...{ id: question, key: question, family: 'own', domain: 'own', question },
  ...{ answer: '1', answer_type: 'number' },
})

describe('reading questions as a leader', () => {
  it('leaves out what is longer than its room, and counts it', () => {
    const reader = readerWith(tokenizer, { model: 'small', limit: 6 })
    expect([ask('what is'), ask('what is rain')].map((task) => reader.canRead(task))).toEqual([true, false])
    expect(reader.canRead(ask('x'.repeat(1_000_000)))).toBe(false)
    expect(reader.reading()).toEqual({ model: 'small', limit: 6, tooLong: 2, spelt: 0, words: [] })
  })

  it('names the words that have to be spelt, each once', () => {
    const reader = readerWith(tokenizer, { model: 'small', limit: 100 })
    for (const question of ['what is rain', 'Is rain wet', 'what is']) reader.canRead(ask(question))
    expect(reader.reading()).toMatchObject({ spelt: 2, words: ['rain', 'wet'] })
  })

  it('has room for what proposals and completion leave, and none where they take all', () => {
    const config = parseConfig({ max_proposal_length: 64, max_completion_length: 48 })
    expect(questionTokens(config, 512)).toBe(512 - 3 * 72 - 48 - 32)
    expect(questionTokens(config, 128)).toBe(0)
  })
})
