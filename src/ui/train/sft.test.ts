import { describe, expect, test } from 'vitest'
import { allEvents, fakeSession } from '../../mlpo/testing/fake-session.ts'
import { preparedSource } from '../../mlpo/testing/prepared-tasks.ts'
import { sftDataOf, withSftStage, type SftData } from './sft.ts'

describe('phase 1 on the page', () => {
  test('stage by stage comes to what a saved run knows of it', async () => {
    const proposals = preparedSource({ count: 40, peers: 3, variants: 4 })
    const session = fakeSession({ sft: 'splice', sft_completions: 8, sft_max_length: 100 }, { proposals })
    let data: SftData | null = null
    for (const event of await allEvents(session))
      if (event.type === 'sft') data = withSftStage(data, event.stage)
    const { sft } = session.state()
    expect(sft?.traces.length).toBeGreaterThan(1)
    expect(data).toEqual(sft === null ? null : sftDataOf(sft))
  })

  test('in the middle, a saved run does not say how much is left', async () => {
    const proposals = preparedSource({ count: 40, peers: 3, variants: 4 })
    const session = fakeSession({ sft: 'splice', sft_completions: 8 }, { proposals })
    await session.events.next()
    const { sft } = session.state()
    expect(sft === null ? null : sftDataOf(sft)).toMatchObject({ left: null, steps: null, loss: null })
  })
})
