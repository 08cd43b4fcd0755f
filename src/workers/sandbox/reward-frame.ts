/**
 * Where reward code runs in a browser: a frame with an origin of its own (`sandbox="allow-scripts"`), which may load and
 * reach nothing (`default-src 'none'`), and in it a worker per reward, so that a loop can be ended. The frame lives on the
 * page, because workers have none; the leader's worker talks to it over a port. Not held by it: how much memory and time
 * the code takes before its limit, and what it could learn from a clock.
 */
import callScript from './call-script.js?raw'
import frameScript from './frame-script.js?raw'

export interface RewardFrame {
  /** The leader's end. */
  readonly port: MessagePort
  /** Ends all code in it. */
  dispose(): void
}

/** Workers and modules come from blobs of the frame's own; inline is the frame's script alone. */
const policy = "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:"

export function createRewardFrame(): RewardFrame {
  const { port1, port2 } = new MessageChannel()
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  frame.hidden = true
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}"><script>${frameScript}</script>`
  frame.addEventListener('load', () => frame.contentWindow?.postMessage(callScript, '*', [port2]), {
    once: true,
  })
  document.body.append(frame)
  return {
    port: port1,
    dispose() {
      port1.close()
      frame.remove()
    },
  }
}
