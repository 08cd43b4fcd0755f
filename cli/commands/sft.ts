/**
 * `lab sft`: what phase 1 of a run would learn from (MLPO §3), one JSON line per question: its trace, or why it gives
 * none. Nothing is trained.
 */
import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { progressNotes } from '../io.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf } from '../questions.ts'
import { readError } from '../read-error.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { proposalsFlag, trainingData } from '../training-data.ts'
import { parseConfig } from '../../src/mlpo/config/config.ts'
import { freshSft } from '../../src/mlpo/sft-stages.ts'
import { moreTraces } from '../../src/mlpo/sft.ts'
import { countsText, outcomeLine } from '../../src/mlpo/trace-file.ts'

export const sft: Command = {
  name: 'sft',
  summary: 'Write the traces that a run would first learn from, as JSON lines.',
  usage: 'lab sft [--preset NAME] [--sft splice|self] [--sft-prompts N] [--out FILE] [settings]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      ...datasetFlags,
      proposalsFlag,
      { name: 'out', value: 'FILE', help: 'Where to write.', default: 'stdout' },
    ],
    settings: 'all',
  },
  async run(given, context) {
    const { io } = context
    const wanted = await settingsOf(given)
    const config = wanted.sft === 'off' ? parseConfig({ ...wanted, sft: 'splice' }) : wanted
    const questions = await questionsOf(given, context)
    const { team, dispose } = await loadTeam(config, context)
    try {
      const proposals = await trainingData(config, {
        team,
        questions,
        file: given.values.get('proposals'),
        context,
      })
      const { leader, style } = team
      const input = { config, leader, style, proposals, signal: io.signal, onProgress: progressNotes(io) }
      const lines: string[] = []
      let state = freshSft
      while (state.phase === 'traces') {
        const turns = moreTraces(input, state)
        let pulled = await turns.next()
        for (; !pulled.done; pulled = await turns.next()) {
          const { stage } = pulled.value
          if (stage.stage === 'sft-traces') lines.push(...stage.outcomes.map(outcomeLine))
        }
        state = pulled.value
      }
      const out = given.values.get('out')
      if (out === undefined) for (const line of lines) io.out(line)
      else
        await writeFile(out, lines.map((line) => `${line}\n`).join('')).catch((cause: unknown) => {
          throw readError(out, cause)
        })
      io.note(countsText(state.counts))
    } finally {
      await dispose()
    }
  },
}
