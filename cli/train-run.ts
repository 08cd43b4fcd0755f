/**
 * One training of many (`lab compare`, `lab sweep`), in a folder of its own: it goes on from its newest checkpoint if
 * there is one, and leaves the state of its last step and the adapter.
 */
import { hasCheckpoint, isToSave, loadCheckpoint, saveAdapter, saveCheckpoint } from './checkpoints.ts'
import type { Context } from './command.ts'
import { InputError, progressNotes } from './io.ts'
import type { Plan } from '../src/mlpo/baselines/method.ts'
import type { ProposalSource } from '../src/mlpo/batches.ts'
import { createSession } from '../src/mlpo/session.ts'
import type { SessionState } from '../src/mlpo/session-state.ts'
import { freshSft } from '../src/mlpo/sft-stages.ts'
import type { PromptStyle } from '../src/mlpo/prompts.ts'
import type { Team } from '../src/mlpo/team.ts'
import type { Trainer } from '../src/mlpo/trainer/trainer.ts'

export interface TrainingRun {
  readonly folder: string
  readonly plan: Plan
  readonly team: Team
  readonly proposals: ProposalSource
  readonly context: Context
}

/** @throws InputError when stopped: what there is, is saved */
export async function trainInFolder(run: TrainingRun): Promise<SessionState> {
  const { folder, plan, team, proposals, context } = run
  const { io, models } = context
  const { config, ends } = plan
  const style = plan.style?.(team.style) ?? team.style
  const saved = (await hasCheckpoint(folder)) ? await loadCheckpoint(folder, io) : null
  if (saved !== null) io.note(`${folder}: going on after step ${saved.step}.`)
  await team.leader.setAdapter(null)
  const trainer = await models.trainer(team.leader, config, saved?.trainer)
  try {
    const state = saved ?? (await withOwnTraces(run, { style, trainer }))
    const session = createSession({
      ...{ config, leader: team.leader, peers: team.peers, trainer, proposals, style, evaluate: null },
      ...{ now: () => io.now(), signal: io.signal, onProgress: progressNotes(io) },
      ...(state && { state }),
    })
    for await (const event of session.events) {
      // The first stage of a step: phase 1 is over.
      if (ends === 'traces' && event.type === 'stage') break
      if (isToSave(event)) await saveCheckpoint(folder, session.state())
      if (event.type === 'step-end' && event.step % 10 === 0)
        io.note(`${folder}: step ${event.step} of ${config.max_steps}`)
    }
    await saveCheckpoint(folder, session.state())
    await saveAdapter(folder, session.state().trainer.adapter)
    return session.state()
  } catch (error) {
    if (io.signal.aborted) throw new InputError(`stopped in ${folder}. The same command goes on from there.`)
    throw error
  } finally {
    trainer.dispose()
  }
}

/** A run whose traces are not those that phase 1 would make starts with them. */
async function withOwnTraces(
  { plan, team, proposals, context }: TrainingRun,
  { style, trainer }: { readonly style: PromptStyle; readonly trainer: Trainer },
): Promise<SessionState | null> {
  if (plan.traces === undefined) return null
  const { config } = plan
  const { leader } = team
  const { signal } = context.io
  const traces = await plan.traces({ config, leader, proposals, style, signal })
  return {
    ...{ config, dataId: proposals.id, step: 0, cursor: 0, evaluatedAt: null, history: [], evaluations: [] },
    ...{ rewards: [], questions: null, leftOut: null, revisedOn: null },
    sft: { ...freshSft, phase: 'updates', traces },
    trainer: trainer.state(),
  }
}
