import { expect, test } from 'vitest'
import type { AskedQuestion, Said } from '../../mlpo/evaluation/report.ts'
import { filters, type FilterName } from './questionFilters.ts'

/** The right answer is 1. */
const says = (answer: string | null): Said => ({ answer, right: answer === '1', text: null })
const question = (peers: string, before: { alone: string; team: string }, after = before): AskedQuestion => ({
  ...{ id: 'q', family: 'chain', question: 'What is 1?', gold: '1', seats: [0, 1, 2] },
  peers: [...peers].map((answer) => says(answer === '-' ? null : answer)),
  leaders: [before, after].map(({ alone, team }, l) => ({
    ...{ name: l === 0 ? 'untrained' : 'trained', alone: says(alone), team: says(team) },
  })),
})
const namesOf = (asked: AskedQuestion) => filters.filter(({ fits }) => fits(asked)).map(({ name }) => name)

test.each<[string, AskedQuestion, readonly FilterName[]]>([
  ['right against the majority', question('221', { alone: '2', team: '1' }), ['overruled']],
  ['right where the peers are tied', question('231', { alone: '2', team: '1' }), []],
  ['wrong against the majority', question('112', { alone: '2', team: '2' }), []],
  ['right alone, wrong with the team', question('221', { alone: '1', team: '2' }), ['misled']],
  ['wrong with everybody', question('22-', { alone: '2', team: '2' }), ['all-wrong']],
  ['right where no peer is', question('223', { alone: '1', team: '1' }), ['overruled']],
  [
    'another answer after training, right or wrong',
    question('112', { alone: '2', team: '3' }, { alone: '2', team: '2' }),
    ['changed'],
  ],
])('a leader that is %s', (_, asked, expected) => {
  expect(namesOf(asked)).toEqual(['all', ...expected])
})

test('without a trained leader nothing was changed by training, and the untrained one is looked at', () => {
  const asked = question('221', { alone: '2', team: '1' })
  expect(namesOf({ ...asked, leaders: asked.leaders.slice(0, 1) })).toEqual(['all', 'overruled'])
})
