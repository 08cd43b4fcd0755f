/** The leader's worker: `leader.ts` with the browser's parts. */
import { breathe } from '../engine/tfjs/breathe.ts'
import { createTrainer } from '../mlpo/trainer/llama-trainer.ts'
import { originFolder } from '../storage/folder.ts'
import { holdWhileAlive, lockRun } from '../storage/locks.ts'
import { createLeader } from './leader.ts'
import { loadModel } from './load-model.ts'
import { connectEngine } from './remote-engine.ts'
import { createSurvivingTrainer } from './surviving-trainer.ts'

const alive = holdWhileAlive(self.name)
const receive = createLeader({
  send: (event) => self.postMessage(event),
  loadModel,
  connect: connectEngine,
  createTrainer({ engine, training }, { config, state }) {
    const baseModel = engine.info.id
    if (training === null) throw new TypeError(`${baseModel} was not loaded to be trained`)
    return createSurvivingTrainer({
      training,
      state,
      build: (ground, state) =>
        createTrainer({ ...ground, baseModel, config, breathe, ...(state && { state }) }),
    })
  },
  storage: originFolder,
  lockRun,
  now: () => performance.now(),
})

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => void alive.then(() => receive(data)))
