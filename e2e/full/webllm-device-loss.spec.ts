/** A run of the nano team under WebLLM whose GPU device is lost twice says the same as one whose device stays. */
import { evaluationsOf, recorded, stagesOf } from '../leader-events.ts'
import { expect, test } from '../page.ts'
import { compilationsIn, letDevicesBeLost, train } from '../webllm-run.ts'

test('a run whose device is lost, while it trains and while it samples, ends as if nothing had happened', async ({
  page,
  browser,
}) => {
  const whole = await recorded(page)
  await train(page)
  // With storage of its own; and what WebLLM and the browser say of the loss is the subject of this test.
  const other = await browser.newContext({ serviceWorkers: 'block' })
  const second = await other.newPage()
  const events = await recorded(second)
  await letDevicesBeLost(second)
  await train(second, [
    { step: 1, stage: 'advantage', how: 'lose the device' },
    { step: 2, stage: 'prompt', how: 'lose the device' },
  ])
  // At the start, and after each loss.
  expect(compilationsIn(whole)).toBe(1)
  expect(compilationsIn(events)).toBe(3)
  expect(stagesOf(events)).toEqual(stagesOf(whole))
  expect(evaluationsOf(events)).toEqual(evaluationsOf(whole))
  await other.close()
})
