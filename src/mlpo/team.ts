/**
 * Who is in the team (MLPO §1): the leader, which is trained, and K frozen peers, each with its role and its wording.
 * Seats that share a model share its engine; the leader never shares one, because its adapter would reach the peers.
 */
import type { Engine } from '../engine/engine.ts'
import type { Config } from './config/config.ts'
import { promptStyleName, promptStyles, type PromptStyle } from './prompts.ts'

export interface TeamPeer {
  readonly engine: Engine
  /** Text of its system prompt. */
  readonly role: string
  readonly style: PromptStyle
  /** Changes when the weights do: proposals are cached by it. */
  readonly fingerprint: string
}

export interface Team {
  readonly leader: Engine
  /** The leader's wording. */
  readonly style: PromptStyle
  /** By index of the peer, which is its seat unless seats are permuted. */
  readonly peers: readonly TeamPeer[]
}

/** Distinct models of the peers, in order of first appearance: one engine each. */
export function peerModels({ peers }: Pick<Config, 'peers'>): readonly string[] {
  return [...new Set(peers)]
}

export function createTeam(
  config: Pick<Config, 'peers' | 'peer_roles'>,
  {
    leader,
    engineOf,
    fingerprintOf = fingerprint,
  }: {
    readonly leader: Engine
    readonly engineOf: (model: string) => Engine
    readonly fingerprintOf?: (engine: Engine) => string
  },
): Team {
  const { peers, peer_roles: roles } = config
  return {
    leader,
    style: promptStyles[promptStyleName(leader.info.id)],
    peers: peers.map((model, peer): TeamPeer => {
      const engine = engineOf(model)
      return {
        engine,
        role: roles[peer] ?? roles[0] ?? '',
        style: promptStyles[promptStyleName(engine.info.id)],
        fingerprint: fingerprintOf(engine),
      }
    }),
  }
}

/** Where a loader knows no hash of the weights. */
function fingerprint({ info }: Engine): string {
  return `${info.id}/${info.parameterCount}/${info.weightBytes}`
}
