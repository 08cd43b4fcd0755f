/** Runs in a worker of the sandboxed frame: imports a reward's code at its first call, and answers calls in turn. */
/** @type {((task: unknown, completion: unknown) => unknown) | null} */
let score = null

addEventListener('message', async ({ data: { call, code, task, completion } }) => {
  postMessage({ type: 'started', call })
  try {
    const url = () => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
    score ??= (await import(/* @vite-ignore */ url())).default
    postMessage({ type: 'value', call, value: await score?.(task, completion) })
  } catch (thrown) {
    postMessage({ type: 'threw', call, message: thrown instanceof Error ? thrown.message : String(thrown) })
  }
})
