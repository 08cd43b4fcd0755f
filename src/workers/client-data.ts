/** The page's end of a reading: starts a worker for it, and ends it with the answer or when nobody waits any more. */
import type { DataRequest } from './client-types.ts'
import { parseDataEvent } from './messages.ts'
import type { DataCommand, DataEvent, DataReading, ErrorValue } from './protocol.ts'
import type { WorkerLike } from './team-workers.ts'

interface DataWorkerOptions {
  readonly modelBase: string
  readonly signal: AbortSignal
  readonly makeWorker: () => WorkerLike
}

/** Rejects with an `ErrorValue`. */
export async function readDataSet(request: DataRequest, options: DataWorkerOptions): Promise<DataReading> {
  const event = await answerOf(request, options)
  if (event.type === 'data') return event.reading
  const value: unknown = event.error
  throw value
}

function answerOf(
  request: DataRequest,
  { modelBase, signal, makeWorker }: DataWorkerOptions,
): Promise<DataEvent> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ type: 'error', error: cancelled })
    const worker = makeWorker()
    const onAbort = () => end({ type: 'error', error: cancelled })
    const end = (event: DataEvent) => {
      worker.terminate()
      signal.removeEventListener('abort', onAbort)
      resolve(event)
    }
    signal.addEventListener('abort', onAbort)
    worker.onerror = (event) => {
      // Ours to tell, not the console's.
      event.preventDefault()
      end({ type: 'error', error: deathOf(event.message) })
    }
    worker.onmessageerror = () => end({ type: 'error', error: deathOf('a message could not be read') })
    worker.onmessage = ({ data }: MessageEvent<unknown>) => end(parseDataEvent(data))
    worker.postMessage({ ...request, modelBase } satisfies DataCommand)
  })
}

const cancelled: ErrorValue = {
  name: 'CancelledError',
  message: 'Reading was cancelled. Nothing has changed.',
  detail: null,
}

function deathOf(detail: string): ErrorValue {
  const message =
    'The worker that reads data sets stopped, perhaps for want of memory. Give a smaller file, or a part of this one.'
  return { name: 'WorkerDiedError', message, detail }
}
