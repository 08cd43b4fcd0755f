/** The team of a configuration, loaded: one engine for the leader, one for each distinct model of the peers. */
import type { Config } from '../src/mlpo/config/config.ts'
import { createTeam, peerModels, type Team } from '../src/mlpo/team.ts'
import type { Context, OpenedModel } from './command.ts'

export interface LoadedTeam {
  readonly team: Team
  readonly leader: OpenedModel
  /** Hash of every model's weights, by its name. */
  readonly fingerprints: Readonly<Record<string, string>>
  dispose(): Promise<void>
}

export async function loadTeam(config: Config, { io, models }: Context): Promise<LoadedTeam> {
  io.note(`Loading ${config.leader} and ${peerModels(config).join(', ')} …`)
  const leader = await models.open(config.leader, config)
  const peers = await loadPeers(config, models)
  const opened = [leader, ...peers.values()]
  return {
    team: teamOf(config, { leader, peers }),
    leader,
    fingerprints: Object.fromEntries(
      [[config.leader, leader] as const, ...peers].map(([name, { fingerprint }]) => [name, fingerprint]),
    ),
    async dispose() {
      await Promise.all(opened.map(({ engine }) => engine.dispose()))
    },
  }
}

function teamOf(
  config: Config,
  { leader, peers }: { readonly leader: OpenedModel; readonly peers: ReadonlyMap<string, OpenedModel> },
): Team {
  const hashes = new Map([...peers.values()].map(({ engine, fingerprint }) => [engine, fingerprint]))
  return createTeam(config, {
    leader: leader.engine,
    engineOf(model) {
      const engine = peers.get(model)?.engine
      if (engine === undefined) throw new RangeError(`${model} was not loaded`)
      return engine
    },
    fingerprintOf: (engine) => hashes.get(engine) ?? engine.info.id,
  })
}

/** One after another, so that two models' files never stand in memory at once. */
async function loadPeers(config: Config, models: Context['models']): Promise<Map<string, OpenedModel>> {
  const peers = new Map<string, OpenedModel>()
  for (const model of peerModels(config)) peers.set(model, await models.open(model, config))
  return peers
}
