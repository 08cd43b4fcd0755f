/**
 * Proposals between runs: one JSON-lines file per set, so that the peers solve a training question once. The file is
 * a cache: when it cannot be read or written the peers work again, and the run goes on.
 */
import type { ProposalStore } from '../mlpo/proposal-file.ts'
import { append, readStored, type StoredFolder } from './folder.ts'

export const proposalsFolder = 'proposals'

export function proposalCache(root: StoredFolder): ProposalStore {
  const folder = () => root.getDirectoryHandle(proposalsFolder, { create: true })
  const fileOf = (id: string) => `${id}.jsonl`
  return {
    async read(id) {
      const bytes = await readStored(await folder(), fileOf(id)).catch(() => null)
      return bytes === null ? null : new TextDecoder().decode(bytes)
    },
    async append(id, lines) {
      const bytes = new TextEncoder().encode(lines)
      await append(await folder(), { name: fileOf(id), bytes, what: 'proposals' }).catch(() => undefined)
    },
  }
}
