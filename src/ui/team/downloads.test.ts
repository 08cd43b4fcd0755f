import { expect, it } from 'vitest'
import { catalogEntry } from '../../engine/catalog.ts'
import { bytesToFetch, missingDownloads } from './downloads.ts'

const modelBase = 'https://lab.test/models/'
const smol = 'SmolLM2-135M-Instruct-q0f32-MLC'
const folder = `https://huggingface.co/mlc-ai/${smol}/`
const bytes = catalogEntry(smol)?.downloadBytes ?? 0
const kept = { model: smol, folder, kind: 'web', bytes } as const

it('asks for what is neither the page’s own nor whole here, once', () => {
  const models = ['nano-leader', smol, `mlc-ai/${smol}`]
  const missing = missingDownloads(models, { modelBase, stored: [] })
  expect(missing.map(({ folder, host }) => [folder, host])).toEqual([[folder, 'huggingface.co']])
  expect(bytesToFetch(missing)).toBe(bytes)
  const whole = missingDownloads(models, { modelBase, stored: [{ ...kept, isWhole: true }] })
  expect(whole).toEqual([])
})

it('counts what is here of a download that broke off', () => {
  const stored = [{ ...kept, bytes: 1e6, isWhole: false }]
  expect(bytesToFetch(missingDownloads([smol], { modelBase, stored }))).toBe(bytes - 1e6)
})

it('does not guess the size of what the catalogue does not know', () => {
  const missing = missingDownloads([smol, 'https://example.org/model'], { modelBase, stored: [] })
  expect(missing).toHaveLength(2)
  expect(bytesToFetch(missing)).toBeNull()
})
