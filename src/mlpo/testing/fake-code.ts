/**
 * Runs reward code in this thread, for tests of what stands around it: real modules, the real protocol, but no way to end a
 * loop. Silent code stands in for one.
 */
import type { CodeHost, CodeReply, CodeRequest } from '../rewards/run-code.ts'

/** What this host does instead of running the code: it says nothing at all. */
export const silentCode = 'silent'

export interface FakeCode extends CodeHost {
  readonly requests: readonly CodeRequest[]
}

export function fakeCode(): FakeCode {
  const requests: CodeRequest[] = []
  let receive: (data: unknown) => void = () => undefined
  const reply = (data: CodeReply) => receive(data)
  return {
    requests,
    listen: (given) => (receive = given),
    send(request) {
      requests.push(request)
      if (request.type === 'stop' || request.code === silentCode) return
      const { call, code, task, completion } = request
      const work = async () => {
        reply({ type: 'started', call })
        const module = (await import(
          /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
        )) as {
          default: (...given: unknown[]) => unknown
        }
        reply({ type: 'value', call, value: module.default(task, completion) })
      }
      work().catch((thrown: unknown) =>
        reply({ type: 'threw', call, message: thrown instanceof Error ? thrown.message : String(thrown) }),
      )
    },
  }
}
