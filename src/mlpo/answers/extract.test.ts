import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractLeader, extractPeer } from './extract.ts'

const problemOf = (text: string) => {
  const extraction = extractLeader(text)
  return extraction.status === 'unparseable' ? extraction.problem : null
}

describe('a leader', () => {
  test('one thought, then one answer', () => {
    expect(extractLeader('<think>1 and 3 agree.</think><answer>41</answer>')).toEqual({
      status: 'parsed',
      thought: '1 and 3 agree.',
      answer: '41',
    })
    expect(extractLeader('\n<think>\na\nb\n</think>\n\n<answer> 41 </answer>\n')).toMatchObject({
      thought: 'a\nb',
      answer: '41',
    })
  })

  test.each([
    ['', 'no_think'],
    ['41', 'no_think'],
    ['<answer>41</answer>', 'no_think'],
    ['<think>a</think>', 'no_answer'],
    ['<think>a', 'unclosed_think'],
    ['<think>a<answer>41</answer>', 'unclosed_think'],
    ['<think>a</think><answer>41', 'unclosed_answer'],
    ['<think>a</think><answer>41</answer><answer>42</answer>', 'two_answers'],
    ['<think>a</think><answer>41</answer>42</answer>', 'two_answers'],
    ['<think>a</think><think>b</think><answer>41</answer>', 'two_thinks'],
    ['<answer>41</answer><think>a</think>', 'wrong_order'],
    ['<think>a<answer>41</answer></think>', 'wrong_order'],
    ['</think><think>a<answer>41</answer>', 'wrong_order'],
    ['<think>a</think></answer><answer>41', 'wrong_order'],
    ['<think>a</think><answer> </answer>', 'empty_answer'],
  ])('%s: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })

  test('any thought and answer without tags survive the contract', () => {
    const free = fc.string().filter((text) => !/[<>]/.test(text))
    fc.assert(
      fc.property(free, free, (thought, answer) => {
        const extraction = extractLeader(`<think>${thought}</think><answer>${answer}</answer>`)
        expect(extraction.thought).toBe(thought.trim())
        if (answer.trim() === '') expect(extraction.status).toBe('unparseable')
        else expect(extraction).toMatchObject({ status: 'parsed', answer: answer.trim() })
      }),
    )
  })

  test('exactly the sequence of the four tags is accepted', () => {
    const tag = fc.constantFrom('<think>', '</think>', '<answer>', '</answer>')
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 6 }), (tags) => {
        const extraction = extractLeader(tags.map((name) => `${name}x`).join(''))
        const wanted = tags.join('') === '<think></think><answer></answer>'
        expect(extraction.status).toBe(wanted ? 'parsed' : 'unparseable')
      }),
    )
  })
})

describe('a peer', () => {
  test.each([
    ['30 + 29 = 59. Answer: 59', '59'],
    ['Answer: 58. No, Answer: 59.', '59.'],
    ['Answer: 58\nWait.\nAnswer: 59\nDone.', '59'],
    ['**Answer:** 59', '59'],
    ['answer : yes', 'yes'],
    ['Answer:\n59', '59'],
    ['Answer: 59 Answer:', '59'],
  ])('%j answers %j', (text, answer) => {
    expect(extractPeer(text)).toMatchObject({ status: 'parsed', answer })
  })

  test.each([
    ['The result is 59.', 'no_answer'],
    ['Answer:', 'empty_answer'],
    ['', 'no_answer'],
  ])('%j has none: %s', (text, problem) => {
    expect(extractPeer(text)).toMatchObject({ status: 'unparseable', problem })
  })

  test('the working is what stands before the answer', () => {
    expect(extractPeer('30 + 29 = 59. Answer: 59').thought).toBe('30 + 29 = 59.')
  })
})
