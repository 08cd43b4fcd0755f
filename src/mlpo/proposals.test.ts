/** Laws of the offline proposals: independent of chunks and order, cached by what they depend on, filtered exactly. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readProposals, writePrepared, type ProposalStore } from './proposal-file.ts'
import { createProposalSet, finishedSet, isTooEasy, prepareAll, type ProposalSettings } from './proposals.ts'
import { promptStyles } from './prompts.ts'
import { drawQuestions } from './questions.ts'
import type { Task } from './task.ts'
import type { TeamPeer } from './team.ts'
import { scriptedEngine } from './testing/scripted-engine.ts'

const settings: ProposalSettings = {
  proposals_per_peer: 4,
  max_proposal_length: 64,
  max_model_length: null,
  easy_threshold: null,
  seed: 3,
}
const tasks = drawQuestions({
  families: ['chain', 'mul_add'],
  difficulty: 1,
  split: 'train',
  count: 70,
  seed: 5,
})

/** Answers with a number of its own, right now and then. */
function guesser(id: string): TeamPeer & { readonly calls: () => number } {
  const engine = scriptedEngine(id, ({ prompt, uniform }) => {
    const task = tasks.find(({ question }) => prompt.includes(question))
    return `I guess. Answer: ${uniform < 0.5 ? (task?.answer ?? '0') : Math.floor(uniform * 100)}`
  })
  return { engine, role: id, style: promptStyles.nano, fingerprint: id, calls: () => engine.prompts.length }
}

function memoryStore(): ProposalStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    read: (id) => Promise.resolve(texts.get(id) ?? null),
    append(id, lines) {
      texts.set(id, (texts.get(id) ?? '') + lines)
      return Promise.resolve()
    },
  }
}

describe('a proposal set', () => {
  test('gives the same proposals in whatever order and portions they are asked for', async () => {
    const peers = [guesser('a'), guesser('b')]
    const whole = await prepareAll(createProposalSet({ tasks, peers, settings }))
    const set = createProposalSet({ tasks, peers, settings })
    for (const index of [69, 3, 40]) expect(await set.prepare([index])).toEqual([whole[index]])
    expect(await prepareAll(set)).toEqual(whole)
  })

  test('has the asked number of variants of every peer, and peers that differ', async () => {
    const [first] = await prepareAll(
      createProposalSet({ tasks, peers: [guesser('a'), guesser('b')], settings }),
    )
    expect(first?.proposals.map((variants) => variants.length)).toEqual([4, 4])
    expect(first?.proposals.flat().map(({ peer }) => peer)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    const whole = await prepareAll(
      createProposalSet({ tasks, peers: [guesser('a'), guesser('a')], settings }),
    )
    expect(whole.some(({ proposals: [a, b] }) => a?.[0]?.text !== b?.[0]?.text)).toBe(true)
  })

  test('never samples twice, in one run or in the next with the same store', async () => {
    const store = memoryStore()
    const peer = guesser('a')
    const set = createProposalSet({ tasks, peers: [peer], settings, store })
    const whole = await prepareAll(set)
    await prepareAll(set)
    expect(peer.calls()).toBe(tasks.length * 4)
    const again = guesser('a')
    expect(await prepareAll(createProposalSet({ tasks, peers: [again], settings, store }))).toEqual(whole)
    expect(again.calls()).toBe(0)
  })

  test('goes on where a torn file ends', async () => {
    const store = memoryStore()
    const set = createProposalSet({ tasks, peers: [guesser('a')], settings, store })
    const whole = await prepareAll(set)
    const text = store.texts.get(set.id) ?? ''
    store.texts.set(set.id, text.slice(0, text.length - 20))
    const peer = guesser('a')
    expect(await prepareAll(createProposalSet({ tasks, peers: [peer], settings, store }))).toEqual(whole)
    expect(peer.calls()).toBe(4)
  })

  test('has another id as soon as anything changes that its proposals depend on', () => {
    const peer = guesser('a')
    const id = (given: Partial<Parameters<typeof createProposalSet>[0]> = {}) =>
      createProposalSet({ tasks, peers: [peer], settings, ...given }).id
    const others = [
      id({ tasks: tasks.slice(1) }),
      id({ peers: [{ ...peer, fingerprint: 'retrained' }] }),
      id({ peers: [{ ...peer, role: 'generalist' }] }),
      id({ settings: { ...settings, seed: 4 } }),
      id({ settings: { ...settings, proposals_per_peer: 2 } }),
      id({ settings: { ...settings, max_proposal_length: 8 } }),
      id({ settings: { ...settings, max_model_length: 64 } }),
    ]
    expect(id()).toBe(id({ settings: { ...settings, easy_threshold: 0.5 } }))
    expect(new Set([id(), ...others]).size).toBe(1 + others.length)
  })

  test('leaves out questions whose gold answer does not parse, and counts them', async () => {
    const broken: Task = { ...(tasks[0] as Task), id: 'broken', answer: 'many' }
    const set = createProposalSet({ tasks: [broken, ...tasks], peers: [guesser('a')], settings })
    await prepareAll(set)
    expect(set.tasks).toEqual(tasks)
    expect(set.counts()).toMatchObject({ goldUnparseable: 1, prepared: tasks.length, kept: tasks.length })
  })

  test('never shows a peer the gold answer', async () => {
    const question = { ...(tasks[0] as Task), question: 'How many?', answer: '777' }
    const engine = scriptedEngine('a', () => 'Answer: 1')
    const peer = { engine, role: 'r', style: promptStyles.chat, fingerprint: 'a' }
    await prepareAll(createProposalSet({ tasks: [question], peers: [peer], settings }))
    expect(engine.prompts.join()).not.toContain('777')
  })

  test('stops when it is told to', async () => {
    const set = createProposalSet({ tasks, peers: [guesser('a')], settings })
    await expect(set.prepare([0], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })

  test('reports progress that ends at its total', async () => {
    const seen: number[] = []
    let total = 0
    const onProgress = (progress: { readonly done: number; readonly total: number }) => {
      seen.push(progress.done)
      total = progress.total
    }
    await prepareAll(createProposalSet({ tasks, peers: [guesser('a'), guesser('b')], settings }), {
      onProgress,
    })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(total)
    expect(total).toBe(tasks.length * 2 * 4)
  })
})

describe('the easy filter', () => {
  const proposals = (right: number, of: number) => [
    Array.from({ length: of }, (_, i) => ({ peer: 0, text: '', answer: 'x', right: i < right })),
  ]

  test('drops at the threshold itself and keeps just below it', () => {
    expect(isTooEasy(proposals(9, 12), 0.75)).toBe(true)
    expect(isTooEasy(proposals(8, 12), 0.75)).toBe(false)
  })

  test('keeps a question that no proposal solves, at any threshold above 0', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (threshold) => {
        expect(isTooEasy(proposals(0, 12), threshold)).toBe(false)
      }),
    )
  })

  test('keeps everything when it is off, and drops all-right questions at 1', () => {
    expect(isTooEasy(proposals(12, 12), null)).toBe(false)
    expect(isTooEasy(proposals(12, 12), 1)).toBe(true)
  })

  test('drops from the set and counts what it dropped', async () => {
    const knows = scriptedEngine('knows', ({ prompt }) => {
      const task = tasks.find(({ question }) => prompt.includes(question))
      return `Answer: ${task?.family === 'chain' ? task.answer : 'none'}`
    })
    const peer = { engine: knows, role: 'r', style: promptStyles.nano, fingerprint: 'knows' }
    const set = createProposalSet({ tasks, peers: [peer], settings: { ...settings, easy_threshold: 0.75 } })
    const kept = await prepareAll(set)
    expect(new Set(kept.map(({ task }) => task.family))).toEqual(new Set(['mul_add']))
    expect(set.counts()).toMatchObject({ kept: 35, tooEasy: 35, unparseableSolutions: 35 * 4 })
  })
})

describe('a proposal file', () => {
  test('gives back what was written, judged again', async () => {
    const whole = await prepareAll(createProposalSet({ tasks, peers: [guesser('a')], settings }))
    const { tasks: read, problems } = readProposals(whole.map(writePrepared).join(''))
    expect(problems).toEqual([])
    expect(read).toEqual(whole)
    const set = finishedSet(read, { easyThreshold: null })
    expect(await prepareAll(set)).toEqual(whole)
  })

  test('names malformed lines and keeps the rest', async () => {
    const whole = await prepareAll(
      createProposalSet({ tasks: tasks.slice(0, 3), peers: [guesser('a')], settings }),
    )
    const [a = '', b = '', c = ''] = whole.map(writePrepared)
    const { tasks: read, problems } = readProposals(`${a}{"task":\n${b}{"task": {}, "proposals": []}\n\n${c}`)
    expect(read).toEqual(whole)
    expect(problems.map(({ line }) => line)).toEqual([2, 4])
    expect(problems[0]?.reason).toContain('is not JSON')
  })
})
