/** Kept runs of the scripted client; their numbers come from a random stream. */
import { presetNamed } from '../../mlpo/config/presets.ts'
import { noNotes } from '../../storage/run-notes.ts'
import type { RunNotes } from '../../storage/run-notes.ts'
import type { RunLibrary, SavedRun } from '../../workers/client-types.ts'
import { evaluationAt, metricsAt } from './scriptedStep.ts'

export function scriptedRuns(first: SavedRun): RunLibrary {
  const notes = new Map<string, RunNotes>()
  const saved = new Map([[first.runId, first]])
  const keep = (run: SavedRun) => Promise.resolve((saved.set(run.runId, run), run))
  return {
    list: () =>
      Promise.resolve(
        [...saved.values()].map((state) => ({
          ...{
            runId: state.runId,
            savedAt: 1.75e12,
            bytes: 1_300_000,
            state,
            problem: null,
            notesProblem: null,
            openIn: null,
          },
          notes: notes.get(state.runId) ?? noNotes,
          checkpoints: [...new Set([state.step, 64, 0])].map((step) => ({ number: step + 1, step })),
        })),
      ),
    describe: (runId, change) =>
      Promise.resolve(void notes.set(runId, { ...(notes.get(runId) ?? noNotes), ...change })),
    remove: (runId) =>
      Promise.resolve(void notes.set(runId, { ...(notes.get(runId) ?? noNotes), deletedAt: 1.75e12 })),
    openIn: () => Promise.resolve(null),
    whenFree: () => Promise.resolve(),
    removeForGood: (runId) => Promise.resolve(void saved.delete(runId)),
    fork: ({ to, config }) => keep({ ...first, runId: to, config }),
    exportRun: () => Promise.resolve({ name: 'run.zip', bytes: new Uint8Array() }),
    exportAdapter: () => Promise.resolve({ name: 'adapter.zip', bytes: new Uint8Array() }),
    importRun: () => keep({ ...first, runId: 'imported' }),
    importAdapter: () => keep({ ...first, runId: 'adapter', step: 0, adapter: 'adapter.zip' }),
    takeOver: ({ runId, config, step, steps, evaluations }) =>
      keep({
        runId,
        config,
        step,
        steps,
        evaluations,
        rewards: [],
        questions: null,
        leftOut: null,
        adapter: null,
      }),
  }
}

export function savedRun({ step, steps }: { readonly step: number; readonly steps: number }): SavedRun {
  const config = presetNamed('route')?.config
  if (config === undefined) throw new Error('no preset')
  const every = Math.max(10, Math.round(step / 20))
  return {
    runId: 'saved',
    ...{ rewards: [], questions: null, leftOut: null, adapter: null },
    config: { ...config, max_steps: steps, eval_every: every },
    step,
    steps: Array.from({ length: step }, (_, i) => ({ step: i + 1, metrics: metricsAt(i + 1) })),
    evaluations: Array.from({ length: Math.floor(step / every) + 1 }, (_, i) =>
      evaluationAt(i * every, config),
    ),
  }
}
