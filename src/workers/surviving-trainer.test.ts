/** A trainer whose device goes is the same trainer on the next one. */
import { describe, expect, it } from 'vitest'
import type { BaseWeights } from '../engine/engine.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import { fakeTrainer } from '../mlpo/testing/fake-trainer.ts'
import type { Trainer, TrainingGroup } from '../mlpo/trainer/trainer.ts'
import { fakeLabConfig } from './fake-lab.testing.ts'
import type { Training } from './load-model.ts'
import { createSurvivingTrainer } from './surviving-trainer.ts'

const config = fakeLabConfig()
const groups: readonly TrainingGroup[] = [{ prompt: [1], completions: [[1], [2]] }]
const slopes = () => [[0.5], [-0.5]]

/** A device that can be lost: whoever computes on a ground that is gone fails. */
function device() {
  const newGround = () => ({ base: { kind: 'llama-weights' } as BaseWeights, kernels: {} as Kernels })
  let ground = newGround()
  let isLost = false
  let recoveries = 0
  const training: Training = {
    ground: () => ground,
    recover() {
      if (!isLost) return Promise.resolve(false)
      recoveries += 1
      ground = newGround()
      isLost = false
      return Promise.resolve(true)
    },
  }
  const build = (own: typeof ground, state: Parameters<typeof fakeTrainer>[1] | null): Trainer => {
    const trainer = fakeTrainer(config, state ?? undefined)
    const onDevice = async <T>(work: () => Promise<T>) => {
      if (isLost || own !== ground) throw new DOMException('The device is lost.', 'AbortError')
      return work()
    }
    return {
      ...trainer,
      logprobs: (...given) => onDevice(() => trainer.logprobs(...given)),
      gradients: (...given) => onDevice(() => trainer.gradients(...given)),
    }
  }
  return { training, build, lose: () => (isLost = true), recoveries: () => recoveries }
}

async function updated(trainer: Trainer): Promise<void> {
  trainer.update(await trainer.gradients(groups, slopes))
}

describe('a trainer that outlives its device', () => {
  it('goes on with the same adapter and moments, whether it or the engine notices the loss', async () => {
    const undisturbed = fakeTrainer(config)
    const { training, build, lose, recoveries } = device()
    const trainer = createSurvivingTrainer({ training, build, state: null })
    await updated(undisturbed)
    await updated(trainer)
    lose()
    await updated(undisturbed)
    await updated(trainer)
    lose()
    await training.recover()
    await updated(undisturbed)
    await updated(trainer)
    expect(recoveries()).toBe(2)
    expect(trainer.state()).toEqual(undisturbed.state())
    expect(await trainer.logprobs(groups, { policy: 'reference' })).toEqual(
      await undisturbed.logprobs(groups, { policy: 'reference' }),
    )
  })

  it('starts again with its adapter, on whatever device', async () => {
    const { training, build, lose } = device()
    const trainer = createSurvivingTrainer({ training, build, state: null })
    await updated(trainer)
    trainer.restart()
    const { adapter, start, updates } = trainer.state()
    expect([start, updates]).toEqual([adapter, 0])
    lose()
    await updated(trainer)
    expect(trainer.state()).toMatchObject({ start: adapter, updates: 1 })
  })

  it('repeats nothing that failed for another reason', async () => {
    const { training, build, recoveries } = device()
    const trainer = createSurvivingTrainer({ training, build, state: null })
    let calls = 0
    const failing = () => {
      calls += 1
      throw new RangeError('no such row')
    }
    await expect(trainer.gradients(groups, failing)).rejects.toThrow('no such row')
    expect([calls, recoveries()]).toEqual([1, 0])
  })

  it('starts from a saved state', async () => {
    const { training, build } = device()
    const first = createSurvivingTrainer({ training, build, state: null })
    await updated(first)
    expect(createSurvivingTrainer({ training, build, state: first.state() }).state()).toEqual(first.state())
  })
})
