/** The worker that reads data sets: `data-reader.ts` with the browser's parts. One reading, then its page ends it. */
import { createDataReader } from './data-reader.ts'

const receive = createDataReader({
  send: (event) => self.postMessage(event),
  fetch: (address, init) => fetch(address, init),
})

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data))
