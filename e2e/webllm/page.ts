/** Starts the worker in which the WebLLM tests run; they call it directly, through Playwright. */
const worker = new Worker(new URL('./lab.worker.ts', import.meta.url), { type: 'module' })
worker.onmessage = () => (document.title = 'ready')
worker.onerror = ({ message }) => console.error(`The test worker failed: ${message}`)
