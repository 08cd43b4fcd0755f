/** What benchmarks of the page share: a folder behind the server that `npm start` uses, and the middle of some values. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Served {
  readonly server: ChildProcess
  /** With a slash at its end. */
  readonly address: string
}

/** `folder` is relative to the repository. */
export async function served(folder = 'dist'): Promise<Served> {
  const args = [join(process.cwd(), 'scripts/serve.mjs'), '--folder', folder]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /http:\S+/.exec(line)?.[0]
    if (address !== undefined) return { server, address }
  }
  throw new Error('scripts/serve.mjs gave no address.')
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
}
