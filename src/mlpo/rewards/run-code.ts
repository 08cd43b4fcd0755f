/**
 * Runs reward code behind a channel: sends one call, waits for its result, and has the code ended when its time is up.
 * The time begins when the other side says that the call has begun, so that loading the code costs nobody anything. What
 * runs the code is a worker in a sandboxed frame in a browser, and a worker thread on the command line; whatever comes
 * back may have been made up by the code and is checked.
 */
import * as v from 'valibot'
import type { CodeOutcome, CodeRunner, RewardInput } from './custom.ts'

export type CodeRequest =
  | ({
      readonly type: 'score'
      readonly call: number
      readonly name: string
      readonly code: string
    } & RewardInput)
  /** Ends the code of that name, whatever it is doing. */
  | { readonly type: 'stop'; readonly name: string }

export interface CodeHost {
  readonly send: (request: CodeRequest) => void
  /** Hands over whatever comes back. */
  readonly listen: (receive: (data: unknown) => void) => void
}

/** Calls `then` after that time unless the result is called before. */
export type Timer = (milliseconds: number, then: () => void) => () => void

/** Within this time a call has begun, on the slowest of machines. */
const startLimitMs = 30_000

const call = v.pipe(v.number(), v.integer())
const reply = v.variant('type', [
  v.object({ type: v.literal('started'), call }),
  v.object({ type: v.literal('value'), call, value: v.unknown() }),
  v.object({ type: v.literal('threw'), call, message: v.string() }),
])
export type CodeReply = v.InferOutput<typeof reply>

interface Pending {
  readonly started: () => void
  readonly end: (outcome: CodeOutcome) => void
}

export function codeRunner(host: CodeHost, { timer }: { readonly timer: Timer }): CodeRunner {
  const pending = new Map<number, Pending>()
  let calls = 0
  host.listen((data) => {
    const checked = v.safeParse(reply, data)
    if (!checked.success) return
    const { output } = checked
    const waiting = pending.get(output.call)
    if (output.type === 'started') waiting?.started()
    else if (output.type === 'value') waiting?.end({ status: 'value', value: output.value })
    else waiting?.end({ status: 'threw', message: output.message })
  })
  return {
    run: ({ name, code }, input, { timeLimitMs }) =>
      new Promise((resolve) => {
        const number = (calls += 1)
        const limit = (limitMs: number) =>
          timer(limitMs, () => {
            host.send({ type: 'stop', name })
            end({ status: 'terminated', limitMs })
          })
        let cancel = limit(startLimitMs)
        const end = (outcome: CodeOutcome) => {
          cancel()
          pending.delete(number)
          resolve(outcome)
        }
        let hasStarted = false
        const started = () => {
          // Once only: the code could say so again and again.
          if (hasStarted) return
          hasStarted = true
          cancel()
          cancel = limit(timeLimitMs)
        }
        pending.set(number, { started, end })
        host.send({ type: 'score', call: number, name, code, ...input })
      }),
  }
}
