import { describe, expect, it } from 'vitest'
import { extractPeer } from './answers/extract.ts'
import { leaderText, peerText, promptStyles } from './prompts.ts'

const solutions = ['2 + 3 = 5. Answer: 5', 'I give up.', 'Answer: 6']
const contentOf = (messages: readonly { readonly content: string }[]) =>
  messages.map(({ content }) => content).join('\n')

describe.each(Object.entries(promptStyles))('the prompts of style %s', (_, style) => {
  it('show the leader every solution under its seat', () => {
    const text = contentOf(style.leader({ question: 'What is 2 + 3?', solutions }))
    const places = solutions.map((solution, seat) => text.indexOf(`Peer ${seat + 1}: ${solution}`))
    expect(places.every((place) => place > 0)).toBe(true)
    expect([...places].sort((a, b) => a - b)).toEqual(places)
  })

  it('show a leader without a team nothing but the question', () => {
    const text = contentOf(style.leader({ question: 'What is 2 + 3?', solutions: null }))
    expect(text).toContain('What is 2 + 3?')
    expect(text).not.toContain('Peer')
  })

  it('show a peer that revises its own solution and the leader’s output', () => {
    const leader = leaderText({ thought: 'I follow peer 1.', answer: '5' })
    const text = contentOf(style.revise({ role: 'r', question: 'q?', own: 'Answer: 7', leader }))
    expect(text.indexOf('Answer: 7')).toBeLessThan(text.indexOf(leader))
  })
})

it('lists the answers once more for the nano leader, and says where there is none', () => {
  const [, user] = promptStyles.nano.leader({ question: 'What is 2 + 3?', solutions })
  expect(user?.content.endsWith('\n1) 5\n2) none\n3) 6')).toBe(true)
})

it('writes peers as the contract wants them', () => {
  const text = peerText({ steps: ['2 + 3 = 5.'], answer: '5' })
  expect(extractPeer(text)).toMatchObject({ status: 'parsed', answer: '5' })
})
