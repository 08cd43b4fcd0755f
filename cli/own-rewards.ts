/** Rewards of one's own on the command line: their code from files, run only where that is allowed in so many words. */
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Config } from '../src/mlpo/config/config.ts'
import type { CustomReward, CustomRewards } from '../src/mlpo/rewards/custom.ts'
import type { SessionState } from '../src/mlpo/session-state.ts'
import type { Flag, Given } from './flags.ts'
import { InputError, UsageError } from './io.ts'
import { readError } from './read-error.ts'
import { rewardThreads } from './reward-threads.ts'

export const rewardFlags: readonly Flag[] = [
  {
    name: 'reward-code',
    value: 'FILE,…',
    help:
      'The code of --custom-rewards, one file each, named like the reward: polite.js for "polite". An ES module, ' +
      'export default (task, completion) => number, or null to skip. A resumed run has its code with it.',
  },
  {
    name: 'allow-code',
    value: null,
    help:
      'Run that code. It runs in a thread that is ended after --custom-reward-timeout, but in no sandbox: it may do ' +
      'whatever you may, such as read files and use the network. Only for code that you trust.',
  },
]

export interface OwnRewards extends CustomRewards {
  dispose(): Promise<void>
}

/** null where the run has none of its own. @throws InputError, UsageError */
export async function ownRewards(
  given: Given,
  { config, state }: { readonly config: Config; readonly state: SessionState | null },
): Promise<OwnRewards | null> {
  const files = given.values.get('reward-code')?.split(',') ?? []
  const names = config.custom_rewards
  const codes = await Promise.all(files.map(codeIn))
  const unused = codes.find(({ name }) => !names.includes(name))
  if (unused !== undefined)
    throw new UsageError(`"${unused.name}" is not in --custom-rewards, so its code would never run.`)
  if (names.length === 0) return null
  if (!given.switches.has('allow-code'))
    throw new InputError(
      `the rewards ${names.join(', ')} are code, which would run with all your rights. Add --allow-code if you trust it.`,
    )
  const saved = (state?.rewards ?? []).filter(({ name }) => !codes.some((code) => code.name === name))
  return { codes: [...codes, ...saved], ...rewardThreads() }
}

async function codeIn(file: string): Promise<CustomReward> {
  const code = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw readError(file, cause)
  })
  return { name: basename(file, extname(file)), code }
}
