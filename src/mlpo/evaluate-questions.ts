/**
 * The questions of a full evaluation, drawn for one seed: the main set, more of the same draw where rare numbers of
 * right peers are looked for, training questions for tables, and tuning questions that are in none of the others.
 */
import type { Config } from './config/config.ts'
import type { LabQuestions } from './evaluate-once.ts'
import type { ReportSizes } from './evaluation/report.ts'
import { FamilyExhaustedError } from './families/draw.ts'
import { heldOutQuestions, trainingQuestions } from './questions.ts'
import type { Task } from './task.ts'

export interface QuestionSource {
  /** What a data set is called; null = generated. */
  readonly source: string | null
  training(config: Config): readonly Task[]
  heldOut(config: Config, split: 'dev' | 'test'): readonly Task[]
}

export const generatedQuestions: QuestionSource = {
  source: null,
  training: trainingQuestions,
  heldOut: (config, split) => heldOutQuestions(config, { split, count: config.eval_size }),
}

/** Far from the seeds that people choose. */
const otherSeed = 1_000_000

/**
 * The reserve follows the main set in the same draw. Tuning questions are other ones of the dev split; of a data set,
 * which may have none to spare, training questions behind those that the tables are fitted on.
 */
export function labQuestions(
  config: Config,
  {
    split,
    sizes,
    source,
  }: { readonly split: 'dev' | 'test'; readonly sizes: ReportSizes; readonly source: QuestionSource },
): LabQuestions {
  const wanted = sizes.questions + sizes.reserve
  const held = asMany((count) => source.heldOut({ ...config, eval_size: count }, split), {
    wanted,
    least: sizes.questions,
  })
  const { train, tuning } = sizes
  const isGenerated = source.source === null
  const solved = source.training({ ...config, task_count: isGenerated ? train : train + tuning })
  return {
    main: held.slice(0, sizes.questions),
    reserve: held.slice(sizes.questions),
    train: solved.slice(0, train),
    tuning: isGenerated ? otherQuestions(config, { held, sizes }) : solved.slice(train),
  }
}

/** Generated ones of the dev split, none with a key of those held out. */
function otherQuestions(
  config: Config,
  { held, sizes: { tuning } }: { readonly held: readonly Task[]; readonly sizes: ReportSizes },
): Task[] {
  const used = new Set(held.map(({ key }) => key))
  const draw = (count: number) => {
    const other = { ...config, seed: config.seed + otherSeed }
    return heldOutQuestions(other, { split: 'dev', count })
  }
  const drawn = asMany(draw, { wanted: held.length + tuning, least: tuning })
  return drawn.filter(({ key }) => !used.has(key)).slice(0, tuning)
}

/** A family may have fewer different questions than are wanted. */
function asMany(
  draw: (count: number) => readonly Task[],
  { wanted, least }: { readonly wanted: number; readonly least: number },
): readonly Task[] {
  try {
    return draw(wanted)
  } catch (error) {
    if (!(error instanceof FamilyExhaustedError) || wanted <= least) throw error
    return asMany(draw, { wanted: Math.max(least, Math.floor(wanted / 2)), least })
  }
}
