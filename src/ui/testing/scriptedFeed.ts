/**
 * Whole steps at a fixed rate, however long the page takes with them: what the worker of a very fast leader would send.
 * The texts of a few steps are used again and again, so that making them up costs nothing while somebody measures.
 */
import type { Config } from '../../mlpo/config/config.ts'
import type { Stage } from '../../mlpo/stages.ts'
import type { LeaderEvent } from '../../workers/protocol.ts'
import { metricsAt, stagesOf } from './scriptedStep.ts'

export interface FeedOptions {
  readonly runId: string
  readonly config: Config
  /** Finished steps. */
  readonly from: number
  /** Steps a second. */
  readonly rate: number
}

const texts = 8

export function feed(emit: (event: LeaderEvent) => void, { runId, config, from, rate }: FeedOptions): void {
  const made = Array.from({ length: texts }, (_, i) => [...stagesOf(i + 1, config)])
  const startedMs = performance.now()
  let step = from
  emit({ type: 'mode', runId, mode: 'paused', step })
  const timer = setInterval(() => {
    const due = from + Math.floor(((performance.now() - startedMs) * rate) / 1000)
    while (step < Math.min(due, config.max_steps)) {
      step += 1
      for (const stage of made[step % texts] ?? []) {
        emit({ type: 'stage', runId, stage: atStep(stage, step), elapsedMs: 2 })
      }
      emit({ type: 'checkpoint', runId, step, bytes: 500_000 })
      emit({ type: 'mode', runId, mode: 'running', step })
    }
    if (step < config.max_steps) return
    clearInterval(timer)
    emit({ type: 'mode', runId, mode: 'finished', step })
  }, 1000 / rate)
}

function atStep(stage: Stage, step: number): Stage {
  return stage.stage === 'update' ? { ...stage, step, metrics: metricsAt(step) } : { ...stage, step }
}
