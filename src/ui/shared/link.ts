/**
 * The page's end of the line to the workers. The client is made at its first use. Events reach the stores in order and
 * in bunches, one a frame, so that a thousand streamed tokens cost sixty renderings a second and not a thousand.
 */
import type { CreateLabClient, LabClient, LabClientOptions } from '../../workers/client-types.ts'
import type { LeaderEvent } from '../../workers/protocol.ts'

/** A hidden page has no frames; its stores are fed in this rhythm. */
const hiddenMs = 250

export interface Link {
  client(): Promise<LabClient>
  onEvents(listener: (events: readonly LeaderEvent[]) => void): void
}

export interface LinkOptions extends LabClientOptions {
  readonly load: () => Promise<CreateLabClient>
  /** When what has come is handed on. */
  readonly schedule?: (deliver: () => void) => void
}

export function createLink({ load, schedule = nextFrame, ...options }: LinkOptions): Link {
  const listeners: ((events: readonly LeaderEvent[]) => void)[] = []
  let waiting: LeaderEvent[] = []
  let client: Promise<LabClient> | null = null

  const deliver = () => {
    const events = waiting
    waiting = []
    for (const listener of listeners) listener(events)
  }
  const take = (event: LeaderEvent) => {
    waiting.push(event)
    if (waiting.length === 1) schedule(deliver)
  }
  const make = async () => {
    const made = (await load())(options)
    made.subscribe(take)
    return made
  }

  return {
    client: () => (client ??= make()),
    onEvents: (listener) => void listeners.push(listener),
  }
}

function nextFrame(deliver: () => void): void {
  if (document.hidden) setTimeout(deliver, hiddenMs)
  else requestAnimationFrame(deliver)
}
