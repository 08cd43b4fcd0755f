/** What cannot be run under WebLLM is refused with a sentence that says why and what to do; nothing is half loaded. */
import type { BrowserContext } from '@playwright/test'
import { expect, open, test } from './page.ts'

/** As in a browser without WebGPU. */
const withoutWebGpu = `Object.defineProperty(navigator, 'gpu', { value: undefined });`
/** As on a device that binds fewer buffers than WebLLM needs. */
const withFewBuffers = `Object.defineProperty(GPUSupportedLimits.prototype, 'maxStorageBuffersPerShaderStage', { get: () => 8 });`

async function inWorkers(context: BrowserContext, script: string): Promise<void> {
  await context.route('**/{peer,leader}.worker-*.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: script + (await response.text()) })
  })
}

/** Files of one peer, changed on their way. */
async function changed(
  context: BrowserContext,
  name: string,
  change: (body: Buffer) => Buffer,
): Promise<void> {
  await context.route(`**/models/nano-math/**/${name}`, async (route) => {
    // Its size is asked for first.
    if (route.request().method() === 'HEAD') return route.fallback()
    const response = await route.fetch()
    await route.fulfill({ response, body: change(await response.body()) })
  })
}

async function otherLibrary(context: BrowserContext): Promise<void> {
  await context.route('**/libs/leader-lab.wasm', async (route) => {
    const response = await route.fetch()
    const body = await response.body()
    const magic = Buffer.from(Int32Array.of(0x4c6f5241, 0x2d4c4561, 0x6465724c, 0x61624d4c).buffer)
    body.writeInt32LE(99, body.indexOf(magic) + magic.length)
    await route.fulfill({ response, body })
  })
}

/** Sets the scene, and says what the page says of it. */
const refused: Readonly<
  Record<
    string,
    { readonly scene: (context: BrowserContext) => Promise<unknown>; readonly says: readonly string[] }
  >
> = {
  'a browser without WebGPU': {
    scene: (context) => inWorkers(context, withoutWebGpu),
    says: ['this browser has no WebGPU', 'Take “engine” out of the address'],
  },
  'a device below WebLLM’s limits': {
    scene: (context) => inWorkers(context, withFewBuffers),
    says: ['maxStorageBuffersPerShaderStage is 8, and WebLLM needs 10', 'Take “engine” out of the address'],
  },
  'a model folder without its manifest': {
    scene: (context) =>
      context.route('**/models/nano-math/**/tensor-cache.json', (route) =>
        route.fulfill({ status: 404, body: '' }),
      ),
    says: ['tensor-cache.json'],
  },
  'a shard with another hash': {
    scene: (context) =>
      changed(context, 'params_shard_0.bin', (body) => {
        body.writeUInt8(body.readUInt8(100) ^ 1, 100)
        return body
      }),
    says: ['params_shard_0.bin: expected MD5', 'Fetch the file again.'],
  },
  'a shard with less than the manifest says': {
    scene: (context) => changed(context, 'params_shard_0.bin', (body) => body.subarray(0, -4)),
    says: ['params_shard_0.bin: expected', 'bytes, found', 'Fetch the file again.'],
  },
  'a shard with more than the manifest says': {
    scene: (context) =>
      changed(context, 'params_shard_0.bin', (body) => Buffer.concat([body, Buffer.alloc(4)])),
    says: ['params_shard_0.bin: expected', 'bytes, found', 'Fetch the file again.'],
  },
  'a library of another version': {
    scene: otherLibrary,
    says: ['expected version 1, found version 99'],
  },
}

for (const [what, { scene, says }] of Object.entries(refused))
  test(`${what} is named, with a way on`, async ({ page, context, consoleProblems }) => {
    await scene(context)
    await open(page, 'arena', { engine: 'webllm' })
    await page.getByRole('button', { name: 'Ask the team' }).click()
    const notice = page.getByRole('alert')
    for (const sentence of says) await expect(notice).toContainText(sentence)
    await expect(notice.getByRole('button', { name: 'Ask again' })).toBeVisible()
    // The browser itself reports a file that is not there.
    if (what.includes('manifest')) consoleProblems.length = 0
  })

/** As on a machine with a GPU. */
const pretending = `for (const [name, value] of [['architecture', 'ampere'], ['description', ''], ['isFallbackAdapter', false]])
  Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => value });`

test('what looks like a GPU runs the models under WebLLM without being asked to', async ({
  page,
  context,
}) => {
  await inWorkers(context, pretending)
  await page.goto('/?preset=tiny-groups#/arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await page.getByRole('button', { name: 'WebLLM' }).click({ timeout: 120_000 })
  await expect(page.getByText('WebLLM runs the models, because a GPU was found')).toBeVisible()
})

test('WebLLM that nobody asked for and that does not start gives way to TensorFlow.js', async ({
  page,
  context,
}) => {
  await inWorkers(context, pretending)
  await otherLibrary(context)
  await page.goto('/?preset=tiny-groups#/arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await page.getByRole('button', { name: 'WebGPU' }).click({ timeout: 120_000 })
  await expect(page.getByText('WebLLM did not start on it, so TensorFlow.js runs the models')).toBeVisible()
})
