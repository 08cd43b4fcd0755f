/**
 * What the page itself does with stored models: list them, delete them, and ask how much room there is. No worker and no
 * engine. Rejects with an `ErrorValue`, as everything of the client does.
 */
import { locateModel, modelName } from '../engine/catalog.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import { removeStoredModel, storedModels } from '../storage/stored-models.ts'
import type { StorageRoom, StoredModel } from './client-types.ts'
import { rejectingWithValue } from './errors.ts'

export interface ClientModelsOptions {
  readonly modelBase: string
  /** Asked for at the first use: not every page may have what is in it. */
  readonly browser: () => ModelBrowser
}

export class ClientModels {
  readonly #options: ClientModelsOptions

  constructor(options: ClientModelsOptions) {
    this.#options = options
  }

  list(): Promise<readonly StoredModel[]> {
    return this.#ask(async (browser) => {
      const { modelBase } = this.#options
      return (await storedModels(browser)).map((stored): StoredModel => {
        const model = modelName(stored.folder, modelBase)
        return { ...stored, model, kind: locateModel(model, modelBase).kind }
      })
    })
  }

  /** `inUse`: models that must stay. */
  remove(model: string, inUse: readonly string[]): Promise<void> {
    return this.#ask(async (browser) => {
      const { folder, entry } = this.#place(model)
      if (inUse.some((used) => this.#place(used).folder === folder)) throw new ModelInUseError(model)
      const others = (await storedModels(browser)).filter((stored) => stored.folder !== folder)
      const isShared = others.some((other) => this.#libraryOf(other.folder) === entry?.library)
      const library = isShared ? null : (entry?.library ?? null)
      await removeStoredModel({ folder, library }, browser)
    })
  }

  room(): Promise<StorageRoom> {
    return this.#ask(async ({ estimate }) => {
      const { usage = null, quota = null } = await estimate()
      return { usageBytes: usage, quotaBytes: quota }
    })
  }

  keep(): Promise<boolean> {
    return this.#ask(({ persist }) => persist())
  }

  #place(model: string) {
    return locateModel(model, this.#options.modelBase)
  }

  #libraryOf(folder: string): string | undefined {
    return this.#place(modelName(folder, this.#options.modelBase)).entry?.library
  }

  #ask<T>(work: (browser: ModelBrowser) => Promise<T>): Promise<T> {
    return rejectingWithValue(async () => work(this.#options.browser()))
  }
}

/** A team that is loaded or being loaded has the model. */
class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError'
  constructor(readonly model: string) {
    super(`${model} is in the team that is loaded. Load another team, or reload the page, then delete it.`)
  }
}
