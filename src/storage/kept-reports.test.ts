import { expect, it } from 'vitest'
import { append } from './folder.ts'
import {
  keepReport,
  keptReports,
  readKeptReport,
  removeKeptReport,
  reportsFolder,
  type ReportHead,
} from './kept-reports.ts'
import { MemoryFolder } from './memory-folder.testing.ts'

const about = (savedAt: number): ReportHead => ({
  ...{ savedAt, runId: 'run-1', title: 'The leader\nafter 3 steps', seeds: 1, steps: 3 },
})

it('gives a report back as it was, and lists the newest first with what its first line says', async () => {
  const root = new MemoryFolder()
  await keepReport(root, { id: 'a', about: about(1), text: '{"report":\n1}' })
  await keepReport(root, { id: 'b', about: about(2), text: '{}' })
  expect(await keptReports(root)).toMatchObject([
    { ...about(2), id: 'b' },
    { ...about(1), id: 'a' },
  ])
  expect(await readKeptReport(root, 'a')).toBe('{"report":\n1}')
})

it('is nothing before the first, and makes nothing by looking', async () => {
  const root = new MemoryFolder()
  expect(await keptReports(root)).toEqual([])
  expect(await readKeptReport(root, 'a')).toBeNull()
  await removeKeptReport(root, 'a')
  expect(root.folders.size).toBe(0)
})

it('deletes one and no other, and leaves alone what it cannot read', async () => {
  const root = new MemoryFolder()
  for (const id of ['a', 'b']) await keepReport(root, { id, about: about(1), text: '{}' })
  const folder = await root.getDirectoryHandle(reportsFolder)
  await append(folder, { name: 'broken.report', bytes: new TextEncoder().encode('{'), what: 'report' })
  await removeKeptReport(root, 'a')
  expect((await keptReports(root)).map(({ id }) => id)).toEqual(['b'])
  expect(root.folders.get(reportsFolder)?.files.has('broken.report')).toBe(true)
})
