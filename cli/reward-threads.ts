/**
 * Runs reward code on the command line, one worker thread per reward, so that a loop can be ended. A thread is no sandbox:
 * the code can do whatever this process may, read files and reach the network, which is why `--allow-code` must be given.
 */
import { Worker } from 'node:worker_threads'
import { codeRunner, type CodeRequest, type Timer } from '../src/mlpo/rewards/run-code.ts'
import type { CodeRunner } from '../src/mlpo/rewards/custom.ts'

/** In the thread: the code is imported at its first call, and calls are answered in turn. */
const script = `
const { parentPort } = require('node:worker_threads')
let score = null
parentPort.on('message', async ({ call, code, task, completion }) => {
  parentPort.postMessage({ type: 'started', call })
  try {
    score ??= (await import('data:text/javascript,' + encodeURIComponent(code))).default
    parentPort.postMessage({ type: 'value', call, value: await score(task, completion) })
  } catch (thrown) {
    parentPort.postMessage({ type: 'threw', call, message: String(thrown?.message ?? thrown) })
  }
})`

const clock: Timer = (milliseconds, then) => {
  const timer = setTimeout(then, milliseconds)
  return () => clearTimeout(timer)
}

export interface RewardThreads {
  readonly runner: CodeRunner
  dispose(): Promise<void>
}

export function rewardThreads(): RewardThreads {
  const threads = new Map<string, Thread>()
  let receive: (data: unknown) => void = () => undefined
  const threadOf = (name: string) => {
    const known = threads.get(name)
    if (known !== undefined) return known
    const made = new Thread(
      (data) => receive(data),
      () => threads.delete(name),
    )
    threads.set(name, made)
    return made
  }
  const end = async (name: string) => {
    const thread = threads.get(name)
    threads.delete(name)
    await thread?.end()
  }
  return {
    runner: codeRunner(
      {
        listen: (given) => (receive = given),
        send: (request) =>
          request.type === 'stop' ? void end(request.name) : threadOf(request.name).send(request),
      },
      { timer: clock },
    ),
    async dispose() {
      await Promise.all([...threads.keys()].map(end))
    },
  }
}

class Thread {
  readonly #worker = new Worker(script, { eval: true, env: {} })
  /** The call that it is at. */
  #call = 0

  constructor(receive: (data: unknown) => void, onDeath: () => void) {
    this.#worker.on('message', receive)
    this.#worker.on('error', ({ message }: Error) => {
      onDeath()
      receive({ type: 'threw', call: this.#call, message })
    })
  }

  send(request: Extract<CodeRequest, { readonly type: 'score' }>): void {
    this.#call = request.call
    this.#worker.postMessage(request)
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
