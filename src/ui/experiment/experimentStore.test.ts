/** What a link does to the page as it opens: its team becomes the page's, and its settings stand in the form. */
import { expect, test } from 'vitest'
import { presets } from '../../mlpo/config/presets.ts'
import { createLabStore } from '../shared/labStore.ts'
import { isChanged } from '../train/draft.ts'
import { createTrainStore } from '../train/trainStore.ts'
import { createExperimentStore } from './experimentStore.ts'

function opened(search: string) {
  const [preset] = presets
  if (preset === undefined) throw new Error('There is no preset.')
  const link = { client: () => Promise.reject(new Error('no worker here')), onEvents: () => undefined }
  const lab = createLabStore({ link, preset, modelBase: 'https://lab.test/models/' })
  const train = createTrainStore({ link, lab })
  createExperimentStore({ lab, train, search })
  return { lab: lab.getState(), train: train.getState() }
}

const leader = 'SmolLM2-135M-Instruct-q0f32-MLC'

test('a link to another leader brings the learning rate that suits it, for the form and for all that begins anew', () => {
  const { lab, train } = opened(`?v=2&preset=route&leader=${leader}`)
  expect(lab.preset.config).toMatchObject({ leader, learning_rate: 5e-5 })
  expect(train.draft.settings.learning_rate).toBe(5e-5)
  expect(isChanged(train.draft, 'learning_rate')).toBe(false)
})

test('a link that names another rate has it in the form, as a change', () => {
  for (const search of [`?v=1&leader=${leader}`, `?v=2&leader=${leader}&learning_rate=0.002`]) {
    const { draft } = opened(search).train
    expect(draft.settings.learning_rate).toBe(2e-3)
    expect(isChanged(draft, 'learning_rate')).toBe(true)
  }
})
