/** What a run trains on: generated questions with proposals sampled on demand, or a file of both (`--proposals`). */
import { readFile } from 'node:fs/promises'
import type { Config } from '../src/mlpo/config/config.ts'
import { EmptyProposalsError, readProposals } from '../src/mlpo/proposal-file.ts'
import { createProposalSet, finishedSet, type ProposalSet } from '../src/mlpo/proposals.ts'
import { trainingQuestions } from '../src/mlpo/questions.ts'
import { problemText, type LineProblem } from '../src/mlpo/datasets/json-lines.ts'
import type { Team } from '../src/mlpo/team.ts'
import type { Context } from './command.ts'
import type { Flag } from './flags.ts'
import type { Io } from './io.ts'
import { diskProposals } from './proposal-store.ts'
import { readError } from './read-error.ts'

export const proposalsFlag: Flag = {
  name: 'proposals',
  value: 'FILE',
  help: 'Questions with proposals as "lab proposals" writes them, instead of sampling.',
}

export async function trainingData(
  config: Config,
  {
    team,
    file,
    context,
  }: { readonly team: Team; readonly file: string | undefined; readonly context: Context },
): Promise<ProposalSet> {
  if (file !== undefined) return importedProposals(file, { config, io: context.io })
  return createProposalSet({
    tasks: trainingQuestions(config),
    peers: team.peers,
    settings: config,
    store: diskProposals(context.cacheFolder),
  })
}

async function importedProposals(
  file: string,
  { config, io }: { readonly config: Config; readonly io: Io },
): Promise<ProposalSet> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw readError(file, cause)
  })
  const { tasks, problems } = readProposals(text)
  if (tasks.length === 0) throw new EmptyProposalsError(file, problems)
  noteProblems(problems, { file, io })
  return finishedSet(tasks, { easyThreshold: config.easy_threshold })
}

/** Names lines that were left out: the first five, and how many more. */
export function noteProblems(
  problems: readonly LineProblem[],
  { file, io }: { readonly file: string; readonly io: Io },
): void {
  for (const problem of problems.slice(0, 5)) io.note(`${file}, ${problemText(problem)}: left out.`)
  if (problems.length > 5) io.note(`${file}: ${problems.length - 5} more lines left out.`)
}
