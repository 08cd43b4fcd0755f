/**
 * Tries reward code before a run: in a frame of its own, as a run would, call by call, and with the first call that gives
 * no score the trial ends. The frame goes with the trial.
 */
import { readOutcome, type ReadOutcome } from '../mlpo/rewards/custom.ts'
import { codeRunner } from '../mlpo/rewards/run-code.ts'
import type { RewardTrial } from './client-types.ts'
import type { RewardFrame } from './sandbox/reward-frame.ts'
import { clock, hostAt } from './sandbox/reward-port.ts'

export async function tryRewardCode(
  { reward, inputs, timeLimitMs }: RewardTrial,
  makeFrame: () => RewardFrame,
): Promise<readonly ReadOutcome[]> {
  const frame = makeFrame()
  try {
    const runner = codeRunner(hostAt(frame.port), { timer: clock })
    const outcomes: ReadOutcome[] = []
    for (const [index, input] of inputs.entries()) {
      const outcome = await runner.run(reward, input, { timeLimitMs })
      const read = readOutcome(outcome, `completion ${index + 1}`)
      outcomes.push(read)
      if (read.status === 'refused') break
    }
    return outcomes
  } finally {
    frame.dispose()
  }
}
