/**
 * Lets the worker's event loop run now and then. A backend that computes on the worker's own thread would otherwise
 * hold it until the last token, and a message that cancels would not be read. Timers would cost 4 ms each.
 */
const breathEveryMs = 20

let lastBreathMs = 0

/** Resolves at once most of the time, and after one turn of the event loop every 20 ms. */
export async function breathe(): Promise<void> {
  if (performance.now() - lastBreathMs < breathEveryMs) return
  const { port1, port2 } = new MessageChannel()
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve()
    port2.postMessage(null)
  })
  port1.close()
  lastBreathMs = performance.now()
}
