/** `lab proposals`: every peer's solutions of the training questions, as JSON lines, to train on without the peers. */
import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { progressNotes } from '../io.ts'
import { jsonFlag } from '../flags.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf } from '../questions.ts'
import { readError } from '../read-error.ts'
import { percent } from '../report.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { trainingData } from '../training-data.ts'
import { writePrepared } from '../../src/mlpo/proposal-file.ts'
import { prepareAll } from '../../src/mlpo/proposals.ts'

export const proposals: Command = {
  name: 'proposals',
  summary: 'Write the peers’ solutions of the training questions as JSON lines.',
  usage: 'lab proposals [--preset NAME] [--seed S] [--out FILE] [settings]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      ...datasetFlags,
      { name: 'out', value: 'FILE', help: 'Where to write.', default: 'stdout' },
      jsonFlag,
    ],
    settings: 'all',
  },
  async run(given, context) {
    const { io } = context
    const config = await settingsOf(given)
    const questions = await questionsOf(given, context)
    const { team, dispose } = await loadTeam(config, context)
    try {
      const set = await trainingData(config, { team, questions, file: undefined, context })
      const kept = await prepareAll(set, { signal: io.signal, onProgress: progressNotes(io) })
      const lines = kept.map(writePrepared)
      const out = given.values.get('out')
      if (out === undefined) for (const line of lines) io.out(line.trimEnd())
      else
        await writeFile(out, lines.join('')).catch((cause: unknown) => {
          throw readError(out, cause)
        })
      const { prepared, tooEasy, goldUnparseable, solutions, rightSolutions, unparseableSolutions } =
        set.counts()
      io.note(
        `${prepared} questions: ${kept.length} kept, ${tooEasy} too easy, ${goldUnparseable} without a usable answer. ` +
          `${solutions} solutions: ${percent(rightSolutions / solutions)} right, ` +
          `${percent(unparseableSolutions / solutions)} without an answer.`,
      )
    } finally {
      await dispose()
    }
  },
}
