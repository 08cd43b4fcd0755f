/** One question for tests of what is said about a question. */
import type { Task } from '../task.ts'

export const sumTask: Task = {
  id: 't',
  key: 'k',
  family: 'chain',
  domain: 'math',
  question: '30 + 11?',
  answer: '41',
  answer_type: 'number',
}
