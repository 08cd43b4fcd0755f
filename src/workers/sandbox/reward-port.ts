/** The leader's end of the frame that runs reward code. */
import type { CodeHost, Timer } from '../../mlpo/rewards/run-code.ts'

export function hostAt(port: MessagePort): CodeHost {
  return {
    send: (request) => port.postMessage(request),
    listen: (receive) => (port.onmessage = ({ data }: MessageEvent<unknown>) => receive(data)),
  }
}

export const clock: Timer = (milliseconds, then) => {
  const timer = setTimeout(then, milliseconds)
  return () => clearTimeout(timer)
}
