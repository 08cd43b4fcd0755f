/** What a peer's worker does with its commands: loads its model, then answers on the port that it is given. */
import type { Progress } from '../mlpo/stages.ts'
import { serveEngine } from './engine-server.ts'
import { errorValue } from './errors.ts'
import type { LoadedModel, LoadRequest } from './load-model.ts'
import { parsePeerCommand } from './messages.ts'
import type { PeerCommand, PeerEvent } from './protocol.ts'

export interface PeerParts {
  readonly send: (event: PeerEvent) => void
  readonly loadModel: (request: LoadRequest) => Promise<LoadedModel>
}

/** Takes messages as they arrive. */
export function createPeer({ send, loadModel }: PeerParts): (data: unknown) => void {
  let loading: Promise<LoadedModel> | null = null

  const obey = async (command: PeerCommand) => {
    if (command.type === 'load') {
      const { model } = command
      const onProgress = (progress: Progress) => send({ type: 'progress', progress })
      loading = loadModel({ ...command, role: 'peer', onProgress })
      const { engine, device } = await loading
      send({ type: 'ready', model, parameters: engine.info.parameterCount, device })
    } else if (loading !== null) {
      const { engine, files, library } = await loading
      serveEngine(engine, command.port, { ...files, library })
    }
  }
  return (data) => {
    // An async function, so that a message that is not understood ends here too.
    const work = async () => obey(parsePeerCommand(data))
    work().catch((thrown: unknown) => send({ type: 'error', error: errorValue(thrown) }))
  }
}
