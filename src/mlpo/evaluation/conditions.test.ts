/** What the leader is shown: every condition changes what it says it changes, and nothing else. */
import { describe, expect, test } from 'vitest'
import { judgePeer } from '../answers/check.ts'
import type { Task } from '../task.ts'
import {
  answersOnly,
  constantPeers,
  LonelyQuestionError,
  lyingPeers,
  onlyPeers,
  otherQuestion,
  permutedSeats,
  replacedPeer,
  unseenPeer,
  viewed,
  type Shown,
} from './conditions.ts'
import { sumCosts } from './cost.ts'
import type { Told } from './told.ts'

const task = (i: number): Task => ({
  ...{ id: `q${i}`, key: `q${i}`, family: i % 2 === 0 ? 'even' : 'odd', domain: 'math' },
  ...{ question: `What is ${i}?`, answer: String(i), answer_type: 'number' },
})
const saying = (own: Task, text: string): Told => {
  const { thought, answer, right } = judgePeer(own, text)
  return { text, thought, answer, right, cost: sumCosts([]) }
}
/** Peers 1 and 2 are right, peer 3 is off by a hundred. */
const shown: readonly Shown[] = Array.from({ length: 12 }, (_, i) => {
  const own = task(i)
  const peers = [i, i, i + 100].map((answer, peer) => saying(own, `Says ${peer}. Answer: ${answer}`))
  return { task: own, peers, seats: [0, 1, 2], frozen: [false, false, false], view: 'all' }
})
const texts = ({ peers }: Shown) => peers.map(({ text }) => text)
const differing = (one: Shown, q: number) =>
  texts(one).flatMap((text, peer) => (text === shown[q]?.peers[peer]?.text ? [] : [peer]))

describe('conditions', () => {
  test('another question of the family: never its own, each used once, in every round', () => {
    const exchanged = otherQuestion(shown, 1)
    const sources = exchanged.map((one) => shown.findIndex((other) => texts(other)[0] === texts(one)[0]))
    expect(new Set(sources).size).toBe(shown.length)
    for (const [q, source] of sources.entries()) {
      expect(source).not.toBe(q)
      expect(source % 2).toBe(q % 2)
      expect(exchanged[q]?.peers.some(({ right }) => right)).toBe(false)
      expect(exchanged[q]?.frozen).toEqual([true, true, true])
    }
    expect(() => otherQuestion(shown.slice(0, 3), 1)).toThrow(LonelyQuestionError)
  })

  test('constant peers say one thing per family', () => {
    const constant = constantPeers(shown, 1)
    const said = new Set(constant.filter(({ task: { id } }) => !['q0', 'q1'].includes(id)).flatMap(texts))
    expect(said.size).toBe(2 * 3)
    expect(constant.every((one, q) => differing(one, q).length === 3)).toBe(true)
  })

  test('permuted seats change the seats alone, and all orders come up', () => {
    const permuted = permutedSeats(shown, 1)
    expect(permuted.map(texts)).toEqual(shown.map(texts))
    expect(new Set(permuted.map(({ seats }) => seats.join())).size).toBeGreaterThan(3)
    for (const { seats } of permuted) expect([...seats].sort()).toEqual([0, 1, 2])
  })

  test('answers only: the working is hidden from the leader alone', () => {
    const [first] = answersOnly(shown, 1)
    expect(first?.peers[2]?.text).toBe('Says 2. Answer: 100')
    expect(viewed('Says 2. Answer: 100', 'answers')).toBe('Answer: 100')
    expect(viewed('I do not know.', 'answers')).toBe('')
  })

  test.each([1, 2])(
    '%i liars end with one wrong answer that somebody gave, the others as before',
    (liars) => {
      const said = shown.map(({ peers }) => peers)
      const lying = lyingPeers(shown, { liars, said, seed: 1 })
      const who = new Set<string>()
      for (const [q, one] of lying.entries()) {
        const frozen = one.frozen.flatMap((is, peer) => (is ? [peer] : []))
        expect(frozen).toHaveLength(liars)
        who.add(frozen.join())
        for (const peer of frozen) expect(texts(one)[peer]).toBe(`Says ${peer}. Answer: ${q + 100}`)
        for (const peer of differing(one, q)) expect(frozen).toContain(peer)
      }
      expect(who.size).toBe(3)
    },
  )

  test('a lie where nobody was wrong is the answer to another question of the family', () => {
    const honest = shown.map((one) => ({ ...one, peers: one.peers.slice(0, 2) }))
    for (const [q, one] of lyingPeers(honest, { liars: 1, said: [], seed: 1 }).entries()) {
      const lie = one.peers.find(({ right }) => !right)?.answer
      expect(Number(lie) % 2).toBe(q % 2)
      expect(Number(lie)).toBeLessThan(12)
    }
  })

  test('a lie is spelt as people spell it there', () => {
    const truth = (i: number): Task => ({
      ...task(i),
      answer: i % 4 < 2 ? 'True' : 'False',
      answer_type: 'boolean',
    })
    const honest = shown.map((one, q) => ({
      ...one,
      task: truth(q),
      peers: one.peers.map(() => saying(truth(q), `Answer: ${truth(q).answer}`)),
    }))
    for (const [q, one] of lyingPeers(honest, { liars: 1, said: [], seed: 1 }).entries()) {
      const lie = one.peers.find(({ right }) => !right)
      expect(lie?.text).toBe(`Answer: ${q % 4 < 2 ? 'False' : 'True'}`)
    }
  })

  test('one peer replaced, unseen or silent: it alone', () => {
    for (const [q, one] of replacedPeer(shown, { peer: 1, seed: 1 }).entries()) {
      expect(differing(one, q)).toEqual([1])
      expect(one.peers[1]?.right).toBe(false)
    }
    const unseen = unseenPeer(shown, { texts: shown.map(() => 'Answer: 5'), seed: 1 })
    expect(unseen.every((one, q) => differing(one, q).length === 1)).toBe(true)
    const [first] = onlyPeers(shown, 0b101)
    expect(first && texts(first)).toEqual(['Says 0. Answer: 0', '', 'Says 2. Answer: 100'])
    expect(first?.peers[1]).toMatchObject({ answer: null, right: false })
  })

  test('do not depend on the order of the questions', () => {
    const reversed = [...shown].reverse()
    for (const condition of [otherQuestion, constantPeers, permutedSeats])
      expect(condition(reversed, 1).reverse()).toEqual(condition(shown, 1))
  })
})
