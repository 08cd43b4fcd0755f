/**
 * Opens a run: takes its lock, reads its newest whole checkpoint if it goes on, and builds trainer and session from it.
 * What it takes it gives back, when opening fails and when the run ends.
 */
import type { Config } from '../mlpo/config/config.ts'
import type { CodeRunner, CustomReward } from '../mlpo/rewards/custom.ts'
import type { QuestionSet } from '../mlpo/question-set.ts'
import { readSession, writeSession } from '../mlpo/session-file.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import type { Team } from '../mlpo/team.ts'
import { openCheckpoints, type Checkpoints } from '../storage/checkpoints.ts'
import { proposalCache } from '../storage/proposal-cache.ts'
import type { LeaderParts } from './leader-parts.ts'
import type { LoadedModel } from './load-model.ts'
import { Run } from './run.ts'
import { setUpSession } from './session-setup.ts'
import type { SharedLeader } from './shared-leader.ts'

export interface OpenRunInput {
  readonly parts: LeaderParts
  readonly leader: SharedLeader
  readonly model: LoadedModel
  readonly team: Team
  readonly runId: string
  readonly config: Config
  readonly resume: boolean
  /** Code of own rewards, in place of what a saved run has under the same names. */
  readonly codes: readonly CustomReward[]
  /** In place of what a saved run has; null = generated ones. */
  readonly questions: QuestionSet | null | undefined
  /** null where the configuration has none. */
  readonly rewardCode: CodeRunner | null
  /** Its signal ends the opening and then the run. */
  readonly controller: AbortController
}

/** There is no checkpoint to go on from. */
export class RunMissingError extends Error {
  override readonly name = 'RunMissingError'
  constructor(readonly runId: string) {
    super('The saved run is gone: the browser may have cleared its storage. Start a new run.')
  }
}

/** @throws RunInUseError, RunMissingError, StorageUnavailableError, SessionFileError, ResumeError */
export async function openRun(input: OpenRunInput): Promise<Run> {
  const { parts, runId, config, resume, controller } = input
  const release = await parts.lockRun(runId)
  try {
    const root = await parts.storage()
    const checkpoints = openCheckpoints(root, runId)
    const state = resume ? await checkpoints.newest(readSession) : null
    if (resume && state === null) throw new RunMissingError(runId)
    controller.signal.throwIfAborted()
    if (state !== null) {
      const { sft, history: steps, evaluations } = state
      parts.send({ type: 'history', runId, config, sft, steps, evaluations })
    }
    return runFrom(input, { state, checkpoints, proposals: proposalCache(root), release })
  } catch (error) {
    release()
    throw error
  }
}

function runFrom(
  { parts, leader, model, team, runId, config, controller, codes, questions, rewardCode }: OpenRunInput,
  {
    state,
    checkpoints,
    proposals,
    release,
  }: {
    readonly state: SessionState | null
    readonly checkpoints: Checkpoints
    readonly proposals: ReturnType<typeof proposalCache>
    readonly release: () => void
  },
): Run {
  const { send, now } = parts
  const { signal } = controller
  const trainer = parts.createTrainer(model, { config, state: state?.trainer ?? null })
  const session = setUpSession({
    config,
    team,
    trainer,
    proposals,
    samplers: model.device.engine === 'webllm' ? 'two engines' : 'one engine',
    rewards: rewardCode && { codes: withSaved(codes, state), runner: rewardCode },
    questions: questions === undefined ? (state?.questions ?? null) : questions,
    state,
    now,
    signal,
    onProgress: (progress) => send({ type: 'progress', progress }),
  })
  return new Run({
    runId,
    maxSteps: config.max_steps,
    session,
    send,
    now,
    abort: () => controller.abort(),
    turn: (work) => leader.turn(work),
    async save(saved) {
      const bytes = writeSession(saved)
      await checkpoints.write(bytes, saved)
      return bytes.length
    },
    onEnd() {
      trainer.dispose()
      release()
    },
  })
}

function withSaved(codes: readonly CustomReward[], state: SessionState | null): readonly CustomReward[] {
  const saved = state?.rewards ?? []
  return [...codes, ...saved.filter(({ name }) => !codes.some((code) => code.name === name))]
}
