/**
 * A recorded run becomes an ordinary saved one: its packed state is unpacked on the start that its seed gives, and written
 * as a checkpoint. Its proposals are not in the recording; they are sampled anew with the same seed.
 */
import { PackedStateError, unpackState } from '../mlpo/recording/packed-state.ts'
import { writeSession } from '../mlpo/session-file.ts'
import { freshAdapter } from '../mlpo/trainer/lora-init.ts'
import type { ModuleArrays, TrainerState } from '../mlpo/trainer/trainer.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { RunToTakeOver, SavedRun } from './client-types.ts'
import { savedRunOf } from './saved-run.ts'

/** @throws PackedStateError, StorageFullError */
export async function takeOver(run: RunToTakeOver, root: StoredFolder): Promise<SavedRun> {
  const { runId, config, step, cursor, evaluatedAt, steps, evaluations } = run
  const state = {
    ...{ config, step, cursor, evaluatedAt, evaluations },
    ...{ rewards: [], questions: null, leftOut: null, dataId: null, sft: null, revisedOn: null },
    history: steps,
    trainer: trainerOf(run),
  }
  await openCheckpoints(root, runId).write(writeSession(state), state)
  return savedRunOf(runId, { ...state, adapter: null })
}

function trainerOf({ config, modules, packed, step }: RunToTakeOver): TrainerState {
  const { lora_r: r, lora_alpha: alpha, lora_dropout: dropout, leader: baseModel, seed } = config
  const start = freshAdapter(modules, { r, alpha, baseModel, seed, dropout })
  if (packed === null) return { updates: 0, adapter: start, start, moments: noMoments(start.modules) }
  const state = unpackState(packed, { start })
  const wanted = step * config.num_iterations
  if (state.updates !== wanted) throw new PackedStateError(`${wanted} updates`, `${state.updates}`)
  return state
}

function noMoments(modules: ReadonlyMap<string, ModuleArrays>): TrainerState['moments'] {
  const zeros = ({ a, b }: ModuleArrays) => ({ a: new Float32Array(a.length), b: new Float32Array(b.length) })
  return new Map(
    [...modules].map(([path, module]) => [path, { first: zeros(module), second: zeros(module) }]),
  )
}
