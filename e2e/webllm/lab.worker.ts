/** The worker of the WebLLM tests: it only has what they call. */
import { openLab } from './lab.ts'

globalThis.lab = openLab()
globalThis.postMessage('ready')
