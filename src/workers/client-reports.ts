/** What the page does with kept evaluation reports. No worker; rejects with an `ErrorValue`. */
import {
  keepReport,
  keptReports,
  readKeptReport,
  removeKeptReport,
  type KeptReportEntry,
  type ReportHead,
} from '../storage/kept-reports.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import { rejectingWithValue } from './errors.ts'

/** A report that was deleted in another tab. */
class ReportGoneError extends Error {
  override readonly name = 'ReportGoneError'
  constructor(readonly id: string) {
    super('This report is gone: it was deleted in another tab, or the browser has cleared its storage.')
  }
}

export interface ReportLibrary {
  /** The newest first. */
  list(): Promise<readonly KeptReportEntry[]>
  /** Resolves to its id. */
  keep(about: ReportHead, text: string): Promise<string>
  read(id: string): Promise<string>
  remove(id: string): Promise<void>
}

export function clientReports(browser: () => ModelBrowser): ReportLibrary {
  const ask = <T>(work: (root: StoredFolder) => Promise<T>): Promise<T> =>
    rejectingWithValue(async () => work(await browser().storage()))
  return {
    list: () => ask(keptReports),
    keep: (about, text) =>
      ask(async (root) => {
        const id = crypto.randomUUID()
        await keepReport(root, { id, about, text })
        return id
      }),
    read: (id) =>
      ask(async (root) => {
        const text = await readKeptReport(root, id)
        if (text === null) throw new ReportGoneError(id)
        return text
      }),
    remove: (id) => ask((root) => removeKeptReport(root, id)),
  }
}
