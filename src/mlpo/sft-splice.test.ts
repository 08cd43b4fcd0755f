import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readFile } from 'node:fs/promises'
import { createTokenizer, type Tokenizer } from '../engine/tokenizer/tokenizer.ts'
import { extractLeader } from './answers/extract.ts'
import { drawProblems } from './families/draw.ts'
import { families } from './families/families.ts'
import { leaderText, peerText, promptStyles } from './prompts.ts'
import { stream } from './random.ts'
import { spliced } from './sft-splice.ts'

const told = (thought: string, answer: string) => ({ text: leaderText({ thought, answer }), thought, answer })
const proposals = [
  { text: '3 + 4 = 8. 8 * 2 = 16. Answer: 16', answer: '16' },
  { text: '3 + 4 = 7. 7 * 2 = 14. Answer: 14', answer: '14' },
  { text: '3 + 4 = 8. 8 * 2 = 16. Answer: 16', answer: '16' },
]
const [nano, chat] = [promptStyles.nano, promptStyles.chat]
const thoughtOf = (wrong: [string, string], right: [string, string], style = nano) => {
  const text = spliced({ wrong: told(...wrong), right: told(...right), proposals, style })
  return text === null ? null : extractLeader(text).thought
}

describe('a spliced trace', () => {
  test('stops at the wrong step, names it, and goes on from it', () => {
    expect(
      thoughtOf(
        ['I work. 3 + 4 = 7. 7 * 2 = 15. 2 agrees.', '15'],
        ['I check peer 2. 3 + 4 = 7. 7 * 2 = 14. Peer 2 is right.', '14'],
      ),
    ).toBe('I work. 3 + 4 = 7. 7 * 2 = 15. I slip at step 2. 7 * 2 = 14. Peer 2 is right.')
  })

  test('finds the wrong step by a peer with the right answer, where the right thought has no working', () => {
    expect(thoughtOf(['I check peer 1. 3 + 4 = 8. 8 * 2 = 16.', '16'], ['I follow peer 2.', '14'])).toBe(
      'I check peer 1. 3 + 4 = 8. I slip at step 1. I follow peer 2.',
    )
  })

  test('names the peers that misled: those gone by that have the wrong answer', () => {
    const right: [string, string] = ['I work. 3 + 4 = 7. 7 * 2 = 14.', '14']
    const rest = right[0]
    expect(thoughtOf(['I follow peer 3.', '16'], right)).toBe(`I follow peer 3. Peer 3 is wrong. ${rest}`)
    expect(thoughtOf(['1 and 3 agree.', '16'], right)).toBe(
      `1 and 3 agree. Peer 1 is wrong. Peer 3 is wrong. ${rest}`,
    )
    expect(thoughtOf(['1 and 2 agree.', '16'], right)).toBe(`1 and 2 agree. Peer 1 is wrong. ${rest}`)
    const working = 'I work. 3 + 4 = 7. 7 * 2 = 14. No peer agrees. I follow peer 1.'
    expect(thoughtOf([working, '16'], right)).toBe(`${working} Peer 1 is wrong. ${rest}`)
  })

  test('accuses no peer whose answer was misread', () => {
    expect(thoughtOf(['I follow peer 2.', '15'], ['I follow peer 2.', '14'])).toBe(
      'I follow peer 2. I slip. I follow peer 2.',
    )
  })

  test('is not made of a working without a wrong step: there is nothing to notice', () => {
    const working = 'I work. 3 + 4 = 7. 7 * 2 = 14.'
    expect(thoughtOf([working, '15'], [working, '14'])).toBeNull()
    expect(thoughtOf([working, '15'], ['I follow peer 2.', '14'])).toBeNull()
  })

  test('in other words than the nano leader’s names the peers that the answer is of, or none', () => {
    const right: [string, string] = ['Seven times two is 14.', '14']
    expect(thoughtOf(['I trust the first.', '16'], right, chat)).toBe(
      'I trust the first. Wait, Peer 1 and Peer 3 misled me here. I go back. Seven times two is 14.',
    )
    expect(thoughtOf(['It is 15.', '15'], right, chat)).toBe(
      'It is 15. Wait, this does not hold. I go back. Seven times two is 14.',
    )
  })

  test('ends with the right completion’s answer as that one spelt it', () => {
    const right = { text: leaderText({ thought: 'So.', answer: '14.0' }), thought: 'So.', answer: '14' }
    const text = spliced({ wrong: told('Hm.', '15'), right, proposals: null, style: nano })
    expect(text).toBe('<think>Hm. I slip. So.</think><answer>14.0</answer>')
  })

  test('says nothing that the completions and the pivots do not say', () => {
    const sentence = fc.constantFrom(
      ...['I work.', 'I check peer 1.', 'I follow peer 1.', '1 and 3 agree.', '3 + 4 = 8.', '3 + 4 = 7.'],
      ...['7 * 2 = 14.', '8 * 2 = 16.', 'Peer 2 is right.', 'It may be.'],
    )
    const thought = fc.array(sentence, { minLength: 1, maxLength: 5 }).map((said) => said.join(' '))
    const answer = fc.constantFrom('14', '15', '16')
    const sentencesOf = (text: string) => text.split(/(?<=\.) /)
    const pivot = /^(?:I slip(?: at step \d)?|Peer \d is wrong)\.$/
    fc.assert(
      fc.property(thought, answer, thought, answer, (wrong, wrongAnswer, right, rightAnswer) => {
        const made = thoughtOf([wrong, wrongAnswer], [right, rightAnswer])
        const known = new Set([...sentencesOf(wrong), ...sentencesOf(right)])
        for (const each of sentencesOf(made ?? ''))
          expect(known.has(each) || pivot.test(each) || each === '').toBe(true)
      }),
    )
  })
})

describe('with the nano leader’s tokenizer', () => {
  const folder = new URL('../../public/models/nano-leader/', import.meta.url)
  let tokenizer: Tokenizer
  beforeAll(async () => {
    const read = async (name: string) => JSON.parse(await readFile(new URL(name, folder), 'utf8')) as unknown
    tokenizer = createTokenizer({
      id: 'nano-leader',
      tokenizer: await read('tokenizer.json'),
      tokenizerConfig: await read('tokenizer_config.json'),
    })
  })

  test.each(families.map(({ name }) => name))('traces of %s decode to what they were', (name) => {
    const drawn = drawProblems({ families: [name], difficulty: 1, split: 'train', count: 20, seed: 3 })
    for (const [i, { problem }] of drawn.entries()) {
      const [good, bad] = [problem.solve(), problem.slip(stream(3, 'slip', i))]
      const team = [bad, good, bad].map((solution) => ({ text: peerText(solution), answer: solution.answer }))
      const right = told(`I check peer 2. ${good.steps.join(' ')} Peer 2 is right.`, good.answer)
      const wrongs = [`I work. ${bad.steps.join(' ')}`, 'I follow peer 1.', '1 and 3 agree.']
      for (const wrong of wrongs) {
        const text = spliced({ wrong: told(wrong, bad.answer), right, proposals: team, style: nano })
        expect(text).toMatch(/I slip at step \d\.|Peer \d is wrong\./)
        expect(tokenizer.decode(tokenizer.encode(text ?? ''))).toBe(text)
      }
    }
  })
})
