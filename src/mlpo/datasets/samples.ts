/**
 * The committed samples under `public/datasets`: a look at every family without running anything, and a manifest that
 * says how to draw as many more as wanted. `lab tasks --write-samples public/datasets` writes them; a test holds the
 * committed files to it, so that a changed generator cannot go unnoticed.
 */
import { families } from '../families/families.ts'
import { drawQuestions } from '../questions.ts'

/** Goes up when a family asks other questions for the same seed. */
const generatorVersion = 4
const seed = 1
const perFamily = 24
const split = 'train'

export interface SampleFile {
  readonly name: string
  readonly content: string
}

export function sampleFiles(): SampleFile[] {
  const samples = families.map(({ name }) => ({
    name: `${name}.jsonl`,
    content: drawQuestions({
      families: [name],
      difficulty: null,
      split,
      count: perFamily,
      seed,
      distinct: 'keys',
    })
      .map((task) => `${JSON.stringify(task)}\n`)
      .join(''),
  }))
  const manifest = {
    generator_version: generatorVersion,
    seed,
    split,
    difficulties: [1, 2, 3],
    more: `npm run lab -- tasks --family ${families[0]?.name ?? ''} --count 1000 --seed ${seed} --json`,
    families: families.map(({ name, domain, description, answerType }) => ({
      family: name,
      domain,
      description,
      answer_type: answerType,
      file: `${name}.jsonl`,
      count: perFamily,
    })),
  }
  return [...samples, { name: 'manifest.json', content: `${JSON.stringify(manifest, null, 2)}\n` }]
}
