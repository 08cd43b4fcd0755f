/** Whatever the workers send, the page hears of it once a frame. */
import { expect, test } from 'vitest'
import { fakeLab, fakeLabConfig } from '../../workers/fake-lab.testing.ts'
import type { LeaderEvent } from '../../workers/protocol.ts'
import { createLink } from './link.ts'

const config = fakeLabConfig({ max_steps: 3, eval_every: 0 })
const runId = 'run-1'

/** Frames come when they are asked for. */
async function begin() {
  const fake = fakeLab()
  const frames: (() => void)[] = []
  const heard: (readonly LeaderEvent[])[] = []
  const link = createLink({
    load: () => Promise.resolve(() => fake.client),
    modelBase: 'https://lab.test/models/',
    wanted: { engine: null, backend: null, library: null },
    schedule: (deliver) => void frames.push(deliver),
  })
  link.onEvents((events) => void heard.push(events))
  const client = await link.client()
  await client.loadTeam(config)
  const steps = async (count: number) => {
    for (let step = 0; step < count; step++) {
      client.send({ type: 'control', runId, control: 'step' })
      await fake.until(({ type }) => type === 'checkpoint')
      await fake.until((event) => event.type === 'mode' && event.mode !== 'running')
    }
  }
  client.send({ type: 'open', runId, config, resume: false })
  await fake.until((event) => event.type === 'mode' && event.mode === 'paused')
  return { fake, frames, heard, steps }
}

test('all that three steps send between two frames comes at once and in order', async () => {
  const { fake, frames, heard, steps } = await begin()
  await steps(3)
  expect(heard).toEqual([])
  expect(frames).toHaveLength(1)
  frames[0]?.()
  expect(heard).toEqual([fake.events])
  const updates = fake.events.filter((event) => event.type === 'stage' && event.stage.stage === 'update')
  expect(updates).toHaveLength(3)
})

test('what comes after a frame waits for the next one, and nothing is told twice', async () => {
  const { fake, frames, heard, steps } = await begin()
  frames[0]?.()
  await steps(1)
  expect(frames).toHaveLength(2)
  expect(heard).toHaveLength(1)
  frames[1]?.()
  expect(heard).toHaveLength(2)
  expect(heard.flat()).toEqual(fake.events)
})
