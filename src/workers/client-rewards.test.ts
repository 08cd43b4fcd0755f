/** A run with rewards of its own, from the page's client to the code and back. */
import { describe, expect, it } from 'vitest'
import { drawTasks } from '../mlpo/families/draw.ts'
import { completionContext } from '../mlpo/rewards/context.ts'
import type { MemoryFolder } from '../storage/memory-folder.testing.ts'
import { fakeLab, fakeLabConfig, type FakeLab } from './fake-lab.testing.ts'
import type { LeaderEvent } from './protocol.ts'

const runId = 'run-1'
const settings = fakeLabConfig({
  ...{ custom_rewards: ['mine'], custom_reward_weights: [0.5], max_steps: 2, eval_every: 1 },
})
const rewards = (code: string) => [{ name: 'mine', code }]
const isError = (event: LeaderEvent) => event.type === 'error'
const isMode = (mode: string) => (event: LeaderEvent) => event.type === 'mode' && event.mode === mode

async function opened(given: {
  readonly code?: string
  readonly storage?: MemoryFolder
  readonly resume?: boolean
}): Promise<FakeLab> {
  const lab = fakeLab(given.storage && { storage: given.storage })
  await lab.client.loadTeam(settings)
  const { code, resume = false } = given
  lab.send({
    type: 'open',
    runId,
    config: settings,
    resume,
    ...(code !== undefined && { rewards: rewards(code) }),
  })
  await lab.until((event) => isMode('paused')(event) || isError(event))
  return lab
}

async function run(lab: FakeLab): Promise<FakeLab> {
  lab.send({ type: 'control', runId, control: 'run' })
  await lab.until((event) => isMode('finished')(event) || isError(event))
  return lab
}

const errorOf = (lab: FakeLab) => lab.events.find(isError)
const scoresOf = (lab: FakeLab) =>
  lab.events.flatMap((event) =>
    event.type === 'stage' && event.stage.stage === 'score'
      ? [event.stage.groups.flat().map((score) => score.rewards[2])]
      : [],
  )

describe('a run with a reward of one’s own', () => {
  it('is scored by its code, in every step', async () => {
    const lab = await run(await opened({ code: 'export default (task, { tokenCount }) => tokenCount' }))
    expect(errorOf(lab)).toBeUndefined()
    expect(scoresOf(lab)).toEqual([Array(8).fill(2), Array(8).fill(2)])
  })

  it('fails by the reward’s name, and goes on from its last checkpoint with corrected code', async () => {
    const first = await run(await opened({ code: 'export default () => NaN' }))
    expect(errorOf(first)).toMatchObject({
      runId,
      error: { name: 'RewardCodeError', message: expect.stringMatching(/"mine" gave NaN/) as string },
    })
    const again = await opened({ storage: first.storage, resume: true, code: 'export default () => 1' })
    expect(scoresOf(await run(again))).toEqual([Array(8).fill(1), Array(8).fill(1)])
  })

  it('has its code with it when it is opened again', async () => {
    const first = await opened({ code: 'export default () => 3' })
    first.send({ type: 'control', runId, control: 'step' })
    await first.until((event) => event.type === 'checkpoint' && event.step === 1)
    const again = await run(await opened({ storage: first.storage, resume: true }))
    expect(scoresOf(again)).toEqual([Array(8).fill(3)])
  })

  it('is refused where a name, as out of a link, came without its code', async () => {
    expect(errorOf(await opened({}))).toMatchObject({
      error: { name: 'RewardCodeError', message: expect.stringMatching(/"mine" has no code here/) as string },
    })
  })
})

describe('a trial of reward code', () => {
  const [task] = drawTasks({ families: ['chain'], difficulty: 1, split: 'train', count: 1, seed: 1 })
  if (task === undefined) throw new Error('there is no question')
  const inputs = ['one', 'two words', 'three'].map((text) => ({
    task,
    completion: completionContext(
      { text, ids: text.split(' ').map((_, id) => id), finish: 'stop' },
      { proposals: null, maxTokens: 8 },
    ),
  }))
  const tried = (code: string) =>
    fakeLab().client.tryReward({ reward: { name: 'mine', code }, inputs, timeLimitMs: 1000 })

  it('needs no team, and scores each completion', async () => {
    expect(await tried('export default (task, { tokenCount }) => tokenCount')).toEqual(
      [1, 2, 1].map((value) => ({ status: 'score', value })),
    )
  })

  it('ends with the first completion that gets no score', async () => {
    const outcomes = await tried('export default (task, { tokenCount }) => (tokenCount > 1 ? NaN : null)')
    expect(outcomes).toEqual([
      { status: 'score', value: null },
      expect.objectContaining({ status: 'refused', problem: 'not a score' }),
    ])
  })

  it('tells what was thrown, also by code that is no code', async () => {
    const [thrown] = await tried('export default () => { throw new Error("no luck") }')
    expect(thrown).toMatchObject({ problem: 'threw', what: 'failed on completion 1: no luck' })
    expect(await tried('export default (')).toMatchObject([{ problem: 'threw' }])
  })
})
