/** Reward code in a real browser: it scores, reaches nothing, and is ended in time; the run outlives it. */
import { expect, test as base, type Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import type { Lab, RunRequest } from './webllm/client.ts'

const address = `http://127.0.0.1:${process.env['LEADER_LAB_PAGE_PORT'] ?? 4392}/`
const config = {
  ...{
    num_generations: 2,
    prompts_per_step: 2,
    max_completion_length: 16,
    max_steps: 1,
    micro_batch_size: 4,
  },
  ...{ task_count: 8, proposals_per_peer: 1, easy_threshold: null, eval_every: 0, eval_size: 1 },
  ...{ custom_rewards: ['mine'], custom_reward_weights: [1], custom_reward_timeout: 500 },
}

const test = base.extend<{ client: Page }>({
  client: async ({ page }, provide) => {
    await page.goto(`${address}client.html`)
    await expect(page).toHaveTitle('ready')
    await provide(page)
  },
})

const run = (page: Page, code: string, given: Partial<RunRequest> = {}) =>
  page.evaluate((request) => (globalThis as unknown as { lab: Lab }).lab.run(request), {
    runId: 'own',
    config,
    resume: false,
    rewards: [{ name: 'mine', code }],
    ...given,
  })
const errorsOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
const scoresOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) =>
    event.type === 'stage' && event.stage.stage === 'score'
      ? event.stage.groups.flat().map(({ rewards }) => rewards.at(-1))
      : [],
  )

/** One point for each door that is shut. */
const knocking = (url: string) => `
const url = ${JSON.stringify(url)}
const isShut = async (open) => { try { await open(); return false } catch { return true } }
const asks = (request) => new Promise((resolve, reject) => { request.onsuccess = resolve; request.onerror = reject })
export default async () => {
  const doors = await Promise.all([
    isShut(() => fetch(url)),
    isShut(() => import(url)),
    isShut(() => new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.onload = resolve
      request.onerror = reject
      request.open('GET', url)
      request.send()
    })),
    isShut(() => asks(indexedDB.open('x'))),
    isShut(() => navigator.storage.getDirectory()),
  ])
  return doors.filter(Boolean).length + (self.origin === 'null' ? 10 : 0)
}`

test('code scores a run, and can neither fetch nor store anything', async ({ client }) => {
  const url = `${address}knock.js`
  const knocks: string[] = []
  await client.context().route(url, (route) => {
    knocks.push(route.request().url())
    // Open to every origin: nothing but the frame's policy keeps the code out.
    const headers = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }
    return route.fulfill({ headers, contentType: 'text/javascript', body: 'export {}' })
  })
  expect(await client.evaluate(async (at) => (await fetch(at)).ok, url)).toBe(true)
  expect(knocks).toHaveLength(1)
  const events = await run(client, knocking(url))
  expect(errorsOf(events)).toEqual([])
  expect(scoresOf(events)).toEqual([15, 15, 15, 15])
  expect(knocks).toHaveLength(1)
})

test('code that loops is ended, and the run goes on with corrected code', async ({ client }) => {
  const counting = 'export default (task, { tokenCount }) => tokenCount'
  const first = await run(client, counting)
  expect(errorsOf(first)).toEqual([])
  const more = { config: { ...config, max_steps: 2 }, resume: true }
  const [error] = errorsOf(await run(client, 'export default () => { for (;;); }', more))
  expect(error).toMatchObject({
    name: 'RewardCodeError',
    message: expect.stringMatching(/"mine" was ended/),
  })
  const last = await run(client, counting, more)
  expect(errorsOf(last)).toEqual([])
  expect(scoresOf(last)).toHaveLength(4)
  expect(last.some((event) => event.type === 'checkpoint' && event.step === 2)).toBe(true)
})

test('code that throws or gives no number fails the step by its name', async ({ client }) => {
  const messageOf = async (code: string) => errorsOf(await run(client, code))[0]?.message
  expect(await messageOf('export default () => { throw new Error("no luck") }')).toMatch(
    /"mine" failed on .*no luck/,
  )
  expect(await messageOf('export default () => NaN')).toMatch(/"mine" gave NaN/)
  expect(await messageOf('export default (')).toMatch(/"mine" failed on/)
})
