/**
 * Prompts of round 1 for training (MLPO §2, `proposal_rounds: 2`, [C]): the leader answers a round-0 prompt, every peer
 * revises its own solution on reading that, and the leader is trained on the revisions as on any proposals. Written when a
 * step first asks for them, by the leader as it was at one fixed step: the first of phase 2, or the last one at which
 * `refresh_proposals` renewed them. So a revision depends on (seed, that leader, question, variant) alone.
 */
import type { Adapter, Engine } from '../engine/engine.ts'
import type { PrepareOptions, RevisionDraw } from './batches.ts'
import type { Config } from './config/config.ts'
import { proposalOf } from './proposal-file.ts'
import type { PromptStyle } from './prompts.ts'
import { seatOrder } from './seats.ts'
import type { Proposal } from './stages.ts'
import type { Team } from './team.ts'
import type { Trainer } from './trainer/trainer.ts'

/** The leader that the peers revise on. */
export interface RevisionLeader {
  /** Steps that were finished when it was taken. */
  readonly step: number
  readonly adapter: Adapter
}

export interface RevisionContext {
  readonly config: Config
  readonly leader: Engine
  /** The leader's wording. */
  readonly style: PromptStyle
  readonly trainer: Pick<Trainer, 'adapter' | 'state'>
  readonly peers: Team['peers']
}

export class Revisions {
  readonly #context: RevisionContext
  #leader: RevisionLeader | null = null
  /** By question and variant; [peer]. */
  readonly #written = new Map<string, readonly Proposal[]>()

  constructor(context: RevisionContext) {
    this.#context = context
  }

  /** From here on revisions follow this leader; those that followed another are forgotten. */
  follow(leader: RevisionLeader): void {
    if (this.#leader?.step !== leader.step) this.#written.clear()
    this.#leader = leader
  }

  /** [draw][peer]. */
  async revise(
    draws: readonly RevisionDraw[],
    { signal, onProgress }: PrepareOptions = {},
  ): Promise<readonly (readonly Proposal[])[]> {
    const missing = [...new Map(draws.map((draw) => [keyOf(draw), draw])).values()].filter(
      (draw) => !this.#written.has(keyOf(draw)),
    )
    const { peers } = this.#context
    const report = (done: number) =>
      onProgress?.({
        what: 'proposals',
        label: 'Peers revise their solutions',
        done: missing.length * done,
        total: missing.length * peers.length,
        unit: 'solutions',
      })
    if (missing.length > 0) {
      const outputs = await this.#leaderOutputs(missing, signal)
      const byPeer: string[][] = []
      for (const peer of peers.keys()) {
        byPeer.push(await this.#revisionsBy(peer, { draws: missing, outputs, ...(signal && { signal }) }))
        report(peer + 1)
      }
      for (const [d, draw] of missing.entries()) {
        const texts = byPeer.map((solutions) => solutions[d] ?? '')
        const revised = texts.map((text, peer) => proposalOf(draw.task, { peer, text }))
        this.#written.set(keyOf(draw), revised)
      }
    }
    return draws.map((draw) => this.#written.get(keyOf(draw)) ?? [])
  }

  /** What the followed leader writes on the round-0 prompts; the trained one is back on afterwards. */
  async #leaderOutputs(draws: readonly RevisionDraw[], signal?: AbortSignal): Promise<string[]> {
    const { leader, style, trainer, config } = this.#context
    const prompts = draws.map(({ task, proposals }) => {
      const order = { taskId: task.id, peers: proposals.length, seed: config.seed }
      const seats = seatOrder({ ...order, permute: config.permute_seats })
      const solutions = seats.map((peer) => proposals[peer]?.text ?? '')
      return leader.render(style.leader({ question: task.question, solutions }))
    })
    const { adapter } = this.#following()
    const isOn = adapter === trainer.state().adapter
    if (!isOn) await leader.setAdapter(adapter)
    try {
      const { max_completion_length } = config
      return await this.#write(leader, {
        draws,
        prompts,
        who: 'leader',
        maxTokens: max_completion_length,
        signal,
      })
    } finally {
      if (!isOn) await leader.setAdapter(trainer.adapter())
    }
  }

  #revisionsBy(
    peer: number,
    {
      draws,
      outputs,
      signal,
    }: {
      readonly draws: readonly RevisionDraw[]
      readonly outputs: readonly string[]
      readonly signal?: AbortSignal
    },
  ): Promise<string[]> {
    const { peers, config } = this.#context
    const member = peers[peer]
    if (member === undefined) throw new RangeError(`there is no peer ${peer}`)
    const { engine, role, style } = member
    const prompts = draws.map(({ task: { question }, proposals }, d) =>
      engine.render(
        style.revise({ role, question, own: proposals[peer]?.text ?? '', leader: outputs[d] ?? '' }),
      ),
    )
    return this.#write(engine, { draws, prompts, who: peer, maxTokens: config.max_proposal_length, signal })
  }

  /** One text per draw, at temperature 1 as all proposals. */
  async #write(
    engine: Engine,
    {
      draws,
      prompts,
      who,
      maxTokens,
      signal,
    }: {
      readonly draws: readonly RevisionDraw[]
      readonly prompts: readonly ReturnType<Engine['render']>[]
      readonly who: number | 'leader'
      readonly maxTokens: number
      readonly signal: AbortSignal | undefined
    },
  ): Promise<string[]> {
    signal?.throwIfAborted()
    const { step } = this.#following()
    const requests = draws.map((draw, d) => ({
      id: `revision/${step}/${keyOf(draw)}/${who}`,
      prompt: prompts[d] ?? [],
      count: 1,
    }))
    const { seed } = this.#context.config
    const written = await engine.sample(requests, {
      maxTokens,
      temperature: 1,
      seed,
      ...(signal && { signal }),
    })
    return draws.map((_, d) => engine.decode(written[d]?.[0]?.ids ?? []))
  }

  #following(): RevisionLeader {
    if (this.#leader === null) throw new TypeError('no leader to follow has been named')
    return this.#leader
  }
}

function keyOf({ task, variant }: RevisionDraw): string {
  return `${task.id}/${variant}`
}
