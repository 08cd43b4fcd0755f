/** Which split a file is, by what publishers call theirs: "gsm8k/test.jsonl", "data/validation-00000-of-00001.parquet". */
import type { Split } from '../task.ts'

const names: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  dev: 'dev',
  val: 'dev',
  valid: 'dev',
  validation: 'dev',
  test: 'test',
  testing: 'test',
}

/** By the last word of the file's name, or of its folder, that names one; null where none does. */
export function splitNamed(path: string): Split | null {
  const [file = '', folder = ''] = path.split('/').slice(-2).reverse()
  return splitIn(file) ?? splitIn(folder)
}

function splitIn(name: string): Split | null {
  const words = name.toLowerCase().split(/[^a-z]+/)
  return words.map((word) => names[word]).findLast((split) => split !== undefined) ?? null
}

/** The file's name without folder and ending. */
export function stemOf(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.[a-z]+$/i, '')
}
