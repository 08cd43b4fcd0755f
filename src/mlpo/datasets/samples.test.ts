/** The committed samples are what the generators write, and can be imported like anybody's questions. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dataFile } from './data-file.ts'
import { importFile } from './import-file.ts'
import { sampleFiles } from './samples.ts'

const folder = new URL('../../../public/datasets/', import.meta.url)

describe('public/datasets', () => {
  test.each(sampleFiles())(
    '$name is what the generators write (lab tasks --write-samples public/datasets)',
    (file) => {
      expect(readFileSync(new URL(file.name, folder), 'utf8')).toBe(file.content)
    },
  )

  test('holds nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual(
      sampleFiles()
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('every sample is a question that can be imported, and keeps its question, answer and type', async () => {
    for (const { name, content } of sampleFiles().filter(({ name }) => name.endsWith('.jsonl'))) {
      const file = dataFile(name, new TextEncoder().encode(content))
      const { tasks, problems, repeats } = await importFile({ file, title: name, split: null })
      expect({ problems, repeats }).toEqual({ problems: [], repeats: [] })
      const short = (task: { question: string; answer: string; answer_type: string }) => [
        task.question,
        task.answer,
        task.answer_type,
      ]
      const written = content
        .trim()
        .split('\n')
        .map((line) => short(JSON.parse(line) as Parameters<typeof short>[0]))
      expect(tasks.map(short)).toEqual(written)
    }
  })
})
