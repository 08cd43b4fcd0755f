/**
 * Runs in the sandboxed frame: one worker per reward, which inherits the frame's origin of its own and its Content
 * Security Policy, and is ended when the leader's worker asks. The reward code itself is only ever run in those workers.
 */
addEventListener(
  'message',
  ({ data: callScript, ports: [port] }) => {
    const script = URL.createObjectURL(new Blob([callScript], { type: 'text/javascript' }))
    /** @type {Map<string, Worker>} */
    const workers = new Map()
    /** @param {string} name */
    const workerOf = (name) => {
      const known = workers.get(name)
      if (known) return known
      const worker = new Worker(script)
      worker.onmessage = (event) => port?.postMessage(event.data)
      // What fails outside of a call is told by the call that then takes too long.
      worker.onerror = (event) => event.preventDefault()
      workers.set(name, worker)
      return worker
    }
    if (port === undefined) return
    port.onmessage = ({ data }) => {
      if (data.type !== 'stop') return workerOf(data.name).postMessage(data)
      workers.get(data.name)?.terminate()
      workers.delete(data.name)
    }
  },
  { once: true },
)
