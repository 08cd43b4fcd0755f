/** From the page's client to the workers of a team: making them, giving them up, making them again. */
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../mlpo/testing/fake-engine.ts'
import { fakeLab, fakeLabConfig } from './fake-lab.testing.ts'

const config = fakeLabConfig()

describe('loading a team', () => {
  it('starts no worker before, then one per distinct model, one after another', async () => {
    let loading = 0
    const loads: string[] = []
    const lab = fakeLab({
      async engineOf(model) {
        loading += 1
        loads.push(`${model} ${loading}`)
        await new Promise((resolve) => setImmediate(resolve))
        loading -= 1
        return fakeEngine(model)
      },
    })
    expect(lab.alive).toEqual([])
    const team = await lab.client.loadTeam(config)
    expect(lab.alive).toEqual(['peer', 'peer', 'leader'])
    expect(loads).toEqual(['peer-a 1', 'peer-b 1', 'fake-model 1'])
    expect(team.peers.map(({ id }) => id)).toEqual(config.peers)
    expect(lab.events.some(({ type }) => type === 'progress')).toBe(true)
  })

  it('loads a team once, and another team in its place', async () => {
    const lab = fakeLab()
    const team = await lab.client.loadTeam(config)
    expect(await lab.client.loadTeam(fakeLabConfig({ max_steps: 9 }))).toBe(team)
    await lab.client.loadTeam(fakeLabConfig({ peers: ['peer-c'] }))
    expect(lab.alive).toEqual(['peer', 'leader'])
  })

  it('loads the models anew for contexts of another length', async () => {
    const lengths: (number | null)[] = []
    const lab = fakeLab({
      engineOf(model, { contextLength }) {
        lengths.push(contextLength)
        return fakeEngine(model)
      },
    })
    await lab.client.loadTeam(config)
    await lab.client.loadTeam(fakeLabConfig({ max_model_length: 128 }))
    expect(lengths).toEqual([null, null, null, 128, 128, 128])
  })

  it('rejects with the worker’s error and leaves nothing; a later call tries again', async () => {
    let broken = true
    const lab = fakeLab({
      engineOf(model) {
        if (broken && model === 'peer-b') throw new TypeError('no such file')
        return fakeEngine(model)
      },
    })
    await expect(lab.client.loadTeam(config)).rejects.toMatchObject({ name: 'TypeError', detail: /./ })
    expect(lab.alive).toEqual([])
    broken = false
    await lab.client.loadTeam(config)
    expect(lab.alive).toEqual(['peer', 'peer', 'leader'])
  })

  it('can be given up', async () => {
    const lab = fakeLab({ engineOf: () => new Promise(() => undefined) })
    const loading = lab.client.loadTeam(config)
    lab.client.cancelLoad()
    await expect(loading).rejects.toMatchObject({ name: 'CancelledError' })
    expect(lab.alive).toEqual([])
  })

  it('ends all workers when it is disposed', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.client.dispose()
    expect(lab.alive).toEqual([])
  })
})
