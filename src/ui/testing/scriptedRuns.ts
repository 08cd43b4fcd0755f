/** Kept runs of the scripted client; their numbers come from a random stream. */
import { presetNamed } from '../../mlpo/config/presets.ts'
import { noNotes } from '../../storage/run-notes.ts'
import type { RunNotes } from '../../storage/run-notes.ts'
import type { RunLibrary, SavedRun } from '../../workers/client-types.ts'
import { evaluationAt, metricsAt } from './scriptedStep.ts'

export function scriptedRuns(): RunLibrary {
  const notes = new Map<string, RunNotes>()
  const saved = new Map([['saved', savedRun()]])
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
          },
          notes: notes.get(state.runId) ?? noNotes,
          checkpoints: [{ number: 2, step: state.step }],
        })),
      ),
    describe: (runId, change) =>
      Promise.resolve(void notes.set(runId, { ...(notes.get(runId) ?? noNotes), ...change })),
    removeForGood: (runId) => Promise.resolve(void saved.delete(runId)),
    fork: ({ to, config }) => keep({ ...savedRun(), runId: to, config }),
    exportRun: () => Promise.resolve({ name: 'run.zip', bytes: new Uint8Array() }),
    exportAdapter: () => Promise.resolve({ name: 'adapter.zip', bytes: new Uint8Array() }),
    importRun: () => keep({ ...savedRun(), runId: 'imported' }),
    takeOver: ({ runId, config, step, steps, evaluations }) =>
      keep({ runId, config, step, steps, evaluations, rewards: [], questions: null }),
  }
}

export function savedRun(): SavedRun {
  const config = presetNamed('route')?.config
  if (config === undefined) throw new Error('no preset')
  return {
    runId: 'saved',
    config,
    step: 23,
    steps: Array.from({ length: 23 }, (_, i) => ({ step: i + 1, metrics: metricsAt(i + 1) })),
    evaluations: [0, 10, 20].map((step) => evaluationAt(step, config)),
    rewards: [],
    questions: null,
  }
}
