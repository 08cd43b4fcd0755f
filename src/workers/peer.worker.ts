/** A peer's worker: `peer.ts` with the browser's parts. */
import { holdWhileAlive } from '../storage/locks.ts'
import { loadModel } from './load-model.ts'
import { createPeer } from './peer.ts'

const alive = holdWhileAlive(self.name)
const receive = createPeer({ send: (event) => self.postMessage(event), loadModel })

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => void alive.then(() => receive(data)))
