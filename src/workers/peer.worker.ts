/** A peer's worker: `peer.ts` with the browser's parts. */
import { loadModel } from './load-model.ts'
import { createPeer } from './peer.ts'

const receive = createPeer({ send: (event) => self.postMessage(event), loadModel })

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data))
