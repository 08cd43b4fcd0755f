/** Proposals on disk, one file per set. Without a writable folder they are simply sampled again. */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProposalStore } from '../src/mlpo/proposal-file.ts'

export function diskProposals(folder: string): ProposalStore {
  const file = (id: string) => join(folder, `${id}.jsonl`)
  return {
    read: (id) => readFile(file(id), 'utf8').catch(() => null),
    async append(id, lines) {
      try {
        await mkdir(folder, { recursive: true })
        await appendFile(file(id), lines)
      } catch {
        // A read-only installation: the run goes on without a cache.
      }
    },
  }
}
