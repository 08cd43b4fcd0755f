/** The app's client without the app around it: tests drive a real team through `lab`. */
import { parseConfig } from '../../src/mlpo/config/config.ts'
import type { CustomReward } from '../../src/mlpo/rewards/custom.ts'
import { createLabClient } from '../../src/workers/client.ts'
import type { LeaderEvent } from '../../src/workers/protocol.ts'

export interface RunRequest {
  readonly runId: string
  readonly config: object
  readonly resume: boolean
  readonly rewards: readonly CustomReward[]
}

export interface Lab {
  /** Opens the run and drives it to its end or its error; resolves to the events in between. */
  run(request: RunRequest): Promise<LeaderEvent[]>
}

const client = createLabClient({
  modelBase: new URL('models/', document.baseURI).href,
  wanted: { engine: 'tfjs', backend: 'wasm', library: null },
})

const lab: Lab = {
  async run({ runId, config: given, resume, rewards }) {
    const config = parseConfig(given)
    await client.loadTeam(config)
    const events: LeaderEvent[] = []
    let unsubscribe: () => void = () => undefined
    await new Promise<void>((resolve) => {
      unsubscribe = client.subscribe((event) => {
        events.push(event)
        const isMode = (mode: string) => event.type === 'mode' && event.mode === mode
        if (isMode('paused')) client.send({ type: 'control', runId, control: 'run' })
        if (event.type === 'error' || isMode('finished')) resolve()
      })
      client.send({ type: 'open', runId, config, resume, rewards })
    })
    unsubscribe()
    return events
  },
}

Object.assign(globalThis, { lab })
document.title = 'ready'
