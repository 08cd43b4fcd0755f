/**
 * Typical answers of language models to each of BBH's 27 tasks, as they stand behind "Answer:" or between the answer
 * tags: what is right, and what is wrong or no answer. Questions and answers are made up; the shapes are the tasks'.
 */
import { describe, expect, test } from 'vitest'
import type { AnswerType } from '../task.ts'
import { judgeLeader, judgePeer, type Gold } from './check.ts'

interface Typical {
  readonly answer: string
  readonly type: AnswerType
  readonly choices?: readonly string[]
  readonly right: readonly string[]
  readonly wrong: readonly string[]
}

/** What models write for an option, whatever the task: here for (B) among three or more. */
function option(choices: readonly string[], extra: Partial<Pick<Typical, 'right' | 'wrong'>> = {}): Typical {
  const text = choices[1] ?? ''
  const other = choices[0] ?? ''
  const right = [
    'B',
    '(B)',
    'B.',
    'b',
    '**(B)**',
    '**B**',
    '(B).',
    'B)',
    `(B) ${text}`,
    `B. ${text}`,
    `B: ${text}`,
  ]
  const said = [
    'The answer is (B).',
    'the answer is B',
    'Answer: (B)',
    'So the correct answer is (B)',
    'Option B',
  ]
  const marked = ['option (B)', '\\boxed{B}', '\\boxed{(B)}', '$B$', '`B`', '"(B)"', 'It must be (B)', text]
  const wrong = [
    'A',
    '(A)',
    `(A) ${other}`,
    'The answer is (A).',
    '(A) or (B)',
    'Z',
    `(B) ${other}`,
    'none',
    other,
  ]
  return {
    ...{ answer: '(B)', type: 'choice', choices },
    right: [...right, ...said, ...marked, ...(extra.right ?? [])],
    wrong: [...wrong, ...(extra.wrong ?? [])],
  }
}

const yes = [
  'Yes',
  'yes',
  'yes.',
  'YES',
  '**Yes**',
  'True',
  'The answer is yes.',
  'Yes, she does.',
  '\\boxed{\\text{Yes}}',
  '"yes"',
]
const no = [
  'No',
  'no',
  'no.',
  'NO',
  '**No**',
  'False',
  'the answer is no',
  'No, that is not plausible.',
  '- No',
  'No — it is not.',
]
const neither = ['maybe', 'yes and no', 'I do not know', 'Yesterday', 'Norway']

const answersYes = { answer: 'Yes', type: 'boolean', right: yes, wrong: [...no, ...neither] } as const
const answersNo = { answer: 'No', type: 'boolean', right: no, wrong: [...yes, ...neither] } as const

/** For a number: digits with what people put around them. */
function count(answer: string, wrong: readonly string[]): Typical {
  const right = [
    answer,
    `${answer}.`,
    `**${answer}**`,
    `${answer}.0`,
    `The answer is ${answer}.`,
    `\\boxed{${answer}}`,
  ]
  return {
    answer,
    type: 'number',
    right: [...right, `$${answer}$`, `x = ${answer}`],
    wrong: [...wrong, 'many', ''],
  }
}

const people = ['Nora has the kite', 'Nora has the drum', 'Nora has the lamp']
const ranks = [
  'The tram is the oldest',
  'The bike is the oldest',
  'The bus is the oldest',
  'The van is the oldest',
]

const tasks: Readonly<Record<string, Typical>> = {
  boolean_expressions: {
    ...{
      answer: 'False',
      type: 'boolean',
      right: ['False', 'false', 'False.', '**False**', 'The answer is False.', 'No'],
    },
    wrong: ['True', 'not True', 'False and True', '0'],
  },
  causal_judgement: answersNo,
  date_understanding: option(['03/01/1999', '02/28/1999', '12/31/1998'], {
    right: ['02/28/1999', '(B) 02/28/1999'],
  }),
  disambiguation_qa: option(['The nurse was late', 'The doctor was late', 'Ambiguous'], {
    wrong: ['Ambiguous', '(C) Ambiguous'],
  }),
  dyck_languages: {
    ...{ answer: ') ] }', type: 'text' },
    right: [') ] }', ')]}', ' ) ]} ', '`) ] }`', '**) ] }**', 'The answer is ) ] }'],
    wrong: [') }', '] ) }', ') ] } >', '( [ {', 'closed'],
  },
  formal_fallacies: {
    ...{ answer: 'invalid', type: 'text', choices: ['valid', 'invalid'] },
    right: [
      'invalid',
      'Invalid',
      'invalid.',
      '**invalid**',
      '- invalid',
      'The argument is invalid.',
      'deductively invalid',
      'not valid',
    ],
    wrong: ['valid', 'The argument is valid.', 'valid or invalid', 'not invalid', 'unclear'],
  },
  geometric_shapes: option(['circle', 'kite', 'line', 'pentagon'], {
    right: ['kite', 'Kite.'],
    wrong: ['a shape'],
  }),
  hyperbaton: option(['green big old hat', 'big old green hat']),
  logical_deduction_five_objects: option(ranks),
  logical_deduction_seven_objects: option(ranks, { right: ['The bike is the oldest.'] }),
  logical_deduction_three_objects: option(ranks.slice(0, 3)),
  movie_recommendation: option(['Night Ferry', 'The Paper Lion', 'Blue Gate', 'Oak'], {
    right: ['The Paper Lion'],
  }),
  multistep_arithmetic_two: {
    ...count('-47', ['47', '-74', '-47 or 47', '- 4 7']),
    right: [
      '-47',
      '−47',
      '-47.',
      '**-47**',
      '(-47)',
      '-47.0',
      'The answer is -47.',
      '\\boxed{-47}',
      '$-47$',
      '#### -47',
    ],
  },
  navigate: answersYes,
  object_counting: {
    ...count('12', ['21', '1 2', '12.5', '11']),
    right: [...count('12', []).right, '12 fruits', '12 objects in total'],
  },
  penguins_in_a_table: option(['Ida', 'Otto', 'Pia', 'Udo'], { right: ['Otto', 'otto.'], wrong: ['Pia'] }),
  reasoning_about_colored_objects: option(['red', 'teal', 'grey', 'zero'], { right: ['teal', '(B) Teal'] }),
  ruin_names: option(['the who', 'the whom', 'thee who']),
  salient_translation_error_detection: option(['Modifiers', 'Numerical Values', 'Facts'], {
    right: ['Numerical values'],
  }),
  snarks: option(['What a fine day for a walk', 'What a fine day for a flood']),
  sports_understanding: { ...answersYes, answer: 'yes' },
  temporal_sequences: option(['5am to 7am', '7am to 9am', '9am to 10am'], { right: ['7am to 9am'] }),
  tracking_shuffled_objects_five_objects: option(people),
  tracking_shuffled_objects_seven_objects: option(people),
  tracking_shuffled_objects_three_objects: option(people, { right: ['Nora has the drum.'] }),
  web_of_lies: answersNo,
  word_sorting: {
    ...{ answer: 'apron bench candle dune', type: 'list' },
    right: [
      'apron bench candle dune',
      'apron, bench, candle, dune',
      'Apron, Bench, Candle, Dune.',
      '[apron, bench, candle, dune]',
      '"apron", "bench", "candle", "dune"',
      '1. apron\n2. bench\n3. candle\n4. dune',
      '1. apron 2. bench 3. candle 4. dune',
      '- apron\n- bench\n- candle\n- dune',
      'apron -> bench -> candle -> dune',
      'The answer is apron bench candle dune.',
      '**apron bench candle dune**',
    ],
    wrong: [
      'bench apron candle dune',
      'apron bench candle',
      'apron bench candle dune dune',
      'dune candle bench apron',
    ],
  },
}

const cases = Object.entries(tasks).flatMap(([name, { right, wrong, ...task }]) => [
  ...right.map((text) => ({ name, task, text, isRight: true })),
  ...wrong.map((text) => ({ name, task, text, isRight: false })),
])

function goldOf(task: Omit<Typical, 'right' | 'wrong'>): Gold {
  const { answer, type, choices } = task
  return { id: 'typical', answer, answer_type: type, ...(choices !== undefined && { choices }) }
}

describe('typical answers to BBH', () => {
  test('there is a set for each of the 27 tasks, with right and wrong ones', () => {
    expect(Object.keys(tasks)).toHaveLength(27)
    for (const { right, wrong } of Object.values(tasks))
      expect(Math.min(right.length, wrong.length)).toBeGreaterThanOrEqual(4)
  })

  test.each(cases.map((each) => [each.name, each.isRight ? 'right' : 'not right', each.text, each] as const))(
    '%s: %s: %j',
    (_name, _verdict, _text, { task, text, isRight }) => {
      const gold = goldOf(task)
      expect(judgeLeader(gold, `<think>Let me see.</think><answer>${text}</answer>`).right).toBe(isRight)
      expect(judgePeer(gold, `First I look at it.\nAnswer: ${text}`).right).toBe(isRight)
    },
  )

  test.each([
    ['So the answer is (B).', 'B'],
    ['I weigh them. The answer is B', 'B'],
    ['Both were late, hence \\boxed{B}.', 'B'],
    ['**Answer: (B)**', 'B'],
    ['**Answer:** (B) The doctor was late', 'B'],
    ['I read it twice.\n\nAnswer:\n(B)', 'B'],
    ['The answer is (A). No: Answer: (B)', 'B'],
    ['It was the doctor.', null],
  ])('a peer that ends with %j is read as %j', (text, answer) => {
    const gold = {
      id: 'd',
      answer: 'B',
      answer_type: 'choice',
      choices: ['The nurse was late', 'The doctor was late'],
    } as const
    expect(judgePeer(gold, text).answer).toBe(answer)
  })
})
