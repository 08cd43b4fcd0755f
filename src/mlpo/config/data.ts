/** Settings of the training questions: which families, how hard, how many. */
import { families } from '../families/families.ts'
import { many, whole, wholeOrOff } from './field.ts'

export const dataFields = {
  families: many({
    label: 'Task families',
    help: 'The kinds of question to train on. Leave one out to see whether what is learnt carries over to it.',
    source: 'C',
    default: families.map(({ name }) => name),
    minItems: 1,
    options: Object.fromEntries(families.map(({ name, description }) => [name, description])),
  }),
  difficulty: wholeOrOff({
    label: 'Difficulty',
    help: '1 is easy, 3 is hard; empty mixes all three. The nano team knows difficulty 1. Learning is fastest where about half of the answers are right.',
    source: 'C',
    nullMeans: 'mixed',
    default: 1,
    min: 1,
    max: 3,
  }),
  task_count: whole({
    label: 'Training questions',
    help: 'How many questions are drawn before the easy ones are dropped. Each costs proposals from every peer beforehand.',
    source: 'C',
    unit: 'questions',
    default: 512,
    min: 1,
    max: 100000,
  }),
}
