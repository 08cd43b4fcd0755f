/** What a run trains on: questions with proposals sampled on demand, or a file of both (`--proposals`). */
import { loadAlgebra } from '../src/mlpo/answers/latex/algebra.ts'
import type { Config } from '../src/mlpo/config/config.ts'
import { EmptyProposalsError, readProposals } from '../src/mlpo/proposal-file.ts'
import { createProposalSet, finishedSet, type ProposalSet } from '../src/mlpo/proposals.ts'
import type { Team } from '../src/mlpo/team.ts'
import type { Context } from './command.ts'
import type { Flag } from './flags.ts'
import { InputError, type Io } from './io.ts'
import { diskProposals } from './proposal-store.ts'
import { noteProblems } from './dataset.ts'
import { readInput, type Questions } from './questions.ts'

export const proposalsFlag: Flag = {
  name: 'proposals',
  value: 'FILE',
  help: 'Questions with proposals as "lab proposals" writes them, instead of sampling.',
}

export interface DataInput {
  readonly team: Team
  readonly questions: Questions
  /** Finished proposals. */
  readonly file: string | undefined
  readonly context: Context
}

export async function trainingData(config: Config, input: DataInput): Promise<ProposalSet> {
  const { team, questions, file, context } = input
  if (file !== undefined) return importedProposals(file, { config, team, io: context.io })
  return createProposalSet({
    tasks: questions.training(config),
    peers: team.peers,
    settings: config,
    store: diskProposals(context.cacheFolder),
  })
}

async function importedProposals(
  file: string,
  { config, team, io }: { readonly config: Config; readonly team: Team; readonly io: Io },
): Promise<ProposalSet> {
  await loadAlgebra()
  const { tasks, problems } = readProposals(await readInput(file))
  const [first] = tasks
  if (first === undefined) throw new EmptyProposalsError(file, problems)
  noteProblems(problems, { file, io })
  const peers = first.proposals.length
  if (peers !== team.peers.length)
    throw new InputError(`${file} has proposals of ${peers} peers, but the team has ${team.peers.length}.`)
  const variants = first.proposals[0]?.length ?? 0
  if (variants !== config.proposals_per_peer)
    throw new InputError(
      `${file} has ${variants} proposals per peer, but proposals_per_peer is ${config.proposals_per_peer}.`,
    )
  return finishedSet(tasks, { easyThreshold: config.easy_threshold })
}
