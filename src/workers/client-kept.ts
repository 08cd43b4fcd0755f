/** What the page itself does with all that is kept: look, and delete by kind. No worker; rejects with an `ErrorValue`. */
import { locateModel } from '../engine/catalog.ts'
import { keptThings, removeKept, type KeptKind } from '../storage/kept.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import type { KeptReport } from './client-types.ts'
import { rejectingWithValue } from './errors.ts'

export interface ClientKept {
  look(): Promise<KeptReport>
  /** `models` are those of the team that is loaded or loading here, `run` the one that is open here. */
  remove(
    kinds: readonly KeptKind[],
    here: { readonly run: string | null; readonly models: readonly string[] },
  ): Promise<void>
}

export function clientKept({
  modelBase,
  browser,
}: {
  readonly modelBase: string
  readonly browser: () => ModelBrowser
}): ClientKept {
  const ask = <T>(work: (given: ModelBrowser) => Promise<T>): Promise<T> =>
    rejectingWithValue(async () => work(browser()))
  return {
    look: () =>
      ask(async (given) => {
        const [kept, isPersistent, { usage = null, quota = null }] = await Promise.all([
          keptThings(given),
          given.persisted(),
          given.estimate(),
        ])
        return { kept, isPersistent, room: { usageBytes: usage, quotaBytes: quota } }
      }),
    remove: (kinds, { run, models }) =>
      ask((given) =>
        removeKept(given, kinds, {
          run,
          models: models.map((model) => locateModel(model, modelBase).folder),
        }),
      ),
  }
}
