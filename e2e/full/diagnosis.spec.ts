/**
 * The five broken runs of lesson 7 on the real team, and what the page says to them: the finding, its evidence, and a press
 * that begins another run with that one change, in which the fault is gone. The links are the lesson's, with the settings
 * in sight: where a link hides them, the page offers no change.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { expect, numberOf, test } from '../page.ts'

const done = { timeout: 800_000 }

const lesson = readFileSync(
  fileURLToPath(new URL('../../src/ui/learn/lessons/curves.md', import.meta.url)),
  'utf8',
)

function linkOf(run: string): string {
  const link = new RegExp(`label: Open run ${run}\nplace: train\nlink: (.+)&hide=settings\n`).exec(
    lesson,
  )?.[1]
  if (link === undefined) throw new Error(`the lesson has no run ${run}`)
  return link
}

interface Fault {
  readonly run: string
  readonly title: string
  /** The row of the evidence that shows it. */
  readonly metric: string
  /** What the press changes, as the finding says it. */
  readonly change: string
  /** Of the metric's last steps, before and after the repair. */
  readonly better: (before: number, after: Curves) => boolean
}

/** Last values of the repaired run's curves. */
type Curves = Readonly<Record<'reward' | 'entropy' | 'idle' | 'length', readonly number[]>>

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const faults: readonly Fault[] = [
  {
    run: 'A',
    title: 'The adapter does not move.',
    metric: 'lora/update_norm',
    change: 'learning_rate 0 → 0.002',
    better: (moved, { reward }) => moved === 0 && new Set(reward).size > 1,
  },
  {
    run: 'B',
    title: 'The completions of a group are all alike.',
    metric: 'entropy',
    change: 'temperature 0.05 → 1',
    better: (entropy, curves) => mean(curves.entropy) > 2 * entropy,
  },
  {
    run: 'C',
    title: 'The right answer earns nothing.',
    metric: 'frac_reward_zero_std',
    change: 'reward_funcs format → accuracy, format; reward_weights 1 → 1, 0.1',
    better: (idle, curves) => mean(curves.idle) / 100 < idle,
  },
  {
    run: 'D',
    title: 'Many completions are cut off before they end.',
    metric: 'completions/mean_length',
    change: 'max_completion_length 12 → 24',
    better: (length, curves) => mean(curves.length) > length,
  },
  {
    run: 'E',
    title: 'The leader unlearns: its reward falls.',
    metric: 'reward',
    change: 'learning_rate 0.05 → 0.002',
    better: (reward, curves) => mean(curves.reward.slice(-4)) > reward + 0.2,
  },
]

for (const { run, title, metric, change, better } of faults)
  test(`run ${run}: “${title}” A press mends it`, async ({ page }) => {
    await page.goto(`/${linkOf(run)}&backend=wasm#/train`)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(page.getByText('Finished', { exact: true })).toBeVisible(done)
    const finding = await findingOf(page, title)
    const evidence = finding.getByRole('row', { name: new RegExp(`^${metric}`) })
    const before = numberOf((await evidence.getByRole('cell').last().textContent()) ?? '')
    await expect(finding.locator('.changed-line')).toHaveText(change)
    await finding.getByRole('button', { name: 'New run with this change' }).click()
    await expect(page.getByText('Finished', { exact: true })).toHaveCount(0)
    // It differs from the preset no more in what was broken.
    const differs = page.locator('.run-settings .changed-line')
    for (const key of ['learning_rate', 'temperature', 'reward_funcs'])
      await expect(differs).not.toContainText(key)
    await expect(page.getByText('Finished', { exact: true })).toBeVisible(done)
    await expect(await findingOf(page, title)).toHaveCount(0)
    const curves = {
      reward: await curve(page, 'Reward'),
      entropy: await curve(page, 'Entropy'),
      idle: await curve(page, 'Idle groups'),
      length: await curve(page, 'Length'),
    }
    expect(better(before, curves), JSON.stringify({ before, curves })).toBe(true)
  })

async function findingOf(page: Page, title: string): Promise<Locator> {
  await page.getByText('Why isn’t it learning?').click()
  return page.locator('.finding').filter({ hasText: title })
}

/** From its table, step by step. */
async function curve(page: Page, title: string): Promise<number[]> {
  await page.getByRole('button', { name: `Table of ${title}` }).click()
  const rows = page.getByRole('region', { name: `Table of ${title}` }).locator('tbody tr')
  const cells = await rows.locator('td').evaluateAll((all) => all.map((cell) => cell.textContent))
  return cells.map((text) => numberOf(text.replace(/[\s\u202f]*(nats|tokens|%)$/, '')))
}
