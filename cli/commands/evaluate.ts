/** `lab evaluate`: a leader on held-out questions, with and without its team, against the vote. */
import type { Command } from '../command.ts'
import { checkFull, evaluateInFull, fullFlags } from '../evaluate-full.ts'
import { openLines } from '../checkpoints.ts'
import { jsonFlag, oneOf } from '../flags.ts'
import { progressNotes } from '../io.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf } from '../questions.ts'
import { evaluationKeys, evaluationText, familyTable } from '../report.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { createEvaluator, decodingsOf, type Evaluator } from '../../src/mlpo/evaluate.ts'
import { answeredLine, type AnsweredQuestion } from '../../src/mlpo/text-file.ts'
import { compareEvaluations, type EvaluationRows } from '../../src/mlpo/evaluation-rows.ts'

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Measure a leader on held-out questions: with its team, alone, and against the vote.',
  usage:
    'lab evaluate [--preset NAME] [--split dev|test] [--size E] [--seed S] [--decoding D] [--adapter DIR] [--full --out DIR] [--json]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      ...datasetFlags,
      {
        name: 'split',
        value: 'dev|test',
        help: 'Which held-out questions; test is for final results.',
        default: 'dev',
      },
      { name: 'adapter', value: 'DIR', help: 'A PEFT folder for the leader, such as the folder of a run.' },
      {
        name: 'compare-base',
        value: null,
        help: 'First the leader without the adapter, on the same questions, then with it and the paired change.',
      },
      {
        name: 'control',
        value: 'other-question|permuted-seats',
        help: 'Show the leader another question’s proposals of the same family, or the peers in random seats.',
        default: 'none',
      },
      {
        name: 'texts',
        value: 'FILE',
        help: 'Write every text to this file, a JSON line per question: peers, leader in each round, leader alone.',
      },
      ...fullFlags,
      jsonFlag,
    ],
    aliases: { size: 'eval_size', decoding: 'eval_decoding' },
    settings: 'all',
  },
  async run(given, context) {
    const { io, models } = context
    checkFull(given)
    const config = await settingsOf(given)
    const split = oneOf(given, 'split', { options: ['dev', 'test'], fallback: 'dev' })
    const control = oneOf(given, 'control', {
      options: ['none', 'other-question', 'permuted-seats'],
      fallback: 'none',
    })
    if (given.switches.has('full')) return evaluateInFull(given, config, context)
    const questions = await questionsOf(given, context)
    const tasks = questions.heldOut(config, split)
    const folder = given.values.get('adapter')
    const adapter = folder === undefined ? null : await models.readAdapter(folder)
    const { team, leader, dispose } = await loadTeam(config, context)
    try {
      if (adapter !== null) leader.checkAdapter(adapter)
      const evaluator = createEvaluator({ team, tasks, settings: config, control })
      const file = given.values.get('texts')
      const texts = file === undefined ? null : await openLines(file)
      const facts = { split, seed: config.seed, control, dataset: questions.source }
      for (const decoding of decodingsOf(config)) {
        const measure = async (before: EvaluationRows | null, extra: { readonly adapter: string | null }) => {
          const onAnswered = async (one: AnsweredQuestion) =>
            texts?.append(answeredLine(one, { decoding, seed: config.seed, ...extra }))
          const { evaluation, outcomes } = await measured(evaluator, { decoding, io, onAnswered })
          const change = before === null ? null : compareEvaluations(before, outcomes, { seed: config.seed })
          const line = { eval: { ...evaluationKeys(evaluation, change), ...facts, ...extra } }
          if (given.switches.has('json')) io.out(JSON.stringify(line))
          else {
            io.out(evaluationText(evaluation, { title: extra.adapter ?? 'without an adapter', change }))
            for (const row of familyTable(evaluation)) io.out(row)
          }
          return outcomes
        }
        await team.leader.setAdapter(null)
        const compare = given.switches.has('compare-base') && adapter !== null
        const before = compare ? await measure(null, { adapter: null }) : null
        await team.leader.setAdapter(adapter)
        await measure(before, { adapter: folder ?? null })
      }
    } finally {
      await dispose()
    }
  },
}

function measured(
  evaluator: Evaluator,
  {
    io,
    ...options
  }: {
    readonly decoding: EvaluationRows['decoding']
    readonly io: Parameters<typeof progressNotes>[0]
    readonly onAnswered: (answered: AnsweredQuestion) => Promise<void>
  },
) {
  return evaluator.evaluate({ step: 0, ...options, signal: io.signal, onProgress: progressNotes(io) })
}
