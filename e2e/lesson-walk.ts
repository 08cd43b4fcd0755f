/**
 * Walks a lesson as a reader does: opens what it opens, lets it point, does what it asks for, and answers from what the page
 * shows. Choices are tried one by one, so that every wrong one is seen to be told why.
 */
import type { Locator, Page } from '@playwright/test'
import { expect, numberOf } from './page.ts'

const slow = { timeout: 180_000 }

/** From Learn to the lesson's end. */
export async function walkLesson(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Start the lesson ${title}` }).click()
  const panel = page.getByRole('complementary', { name: `Lesson: ${title}` })
  const finish = panel.getByRole('button', { name: 'Finish the lesson' })
  await panel.getByRole('heading', { level: 3 }).waitFor()
  for (;;) {
    await walkStep(page, panel)
    if (await finish.isVisible()) break
    const heading = await panel.getByRole('heading', { level: 3 }).textContent()
    await panel.getByRole('button', { name: 'Next', exact: true }).click()
    await expect(panel.getByRole('heading', { level: 3 })).not.toHaveText(heading ?? '')
  }
  await finish.click()
  await expect(panel.getByText('Lesson done.')).toBeVisible()
}

async function walkStep(page: Page, panel: Locator): Promise<void> {
  const blocks = panel.locator('.lesson-body > .lesson-open, .lesson-body > .gate')
  for (let at = 0; at < (await blocks.count()); at++) {
    const block = blocks.nth(at)
    if (await block.and(panel.locator('.gate')).count()) await passGate(page, block)
    else await goThroughDoor(page, block.getByRole('button'))
  }
}

/** A button of a lesson opens something, or points at a part that is there. */
async function goThroughDoor(page: Page, button: Locator): Promise<void> {
  const isPointer = (await button.textContent())?.startsWith('Show me') === true
  await button.click()
  if (isPointer) await expect(page.locator('[data-pointed]')).toHaveCount(1)
}

async function passGate(page: Page, gate: Locator): Promise<void> {
  const options = gate.getByRole('radio')
  const field = gate.getByRole('textbox')
  if ((await options.count()) > 0) await choose(gate, options)
  else if ((await field.count()) > 0) {
    const ask = (await gate.locator('label').textContent()) ?? ''
    await field.fill('777')
    await gate.getByRole('button', { name: 'Check' }).click()
    await expect(gate.getByRole('status')).not.toBeEmpty()
    await expect(gate).not.toHaveClass(/is-done/)
    await field.fill(String(await answerTo(page, ask)))
    await gate.getByRole('button', { name: 'Check' }).click()
  } else await obey(page, gate, (await gate.locator('p').first().textContent()) ?? '')
  await expect(gate).toHaveClass(/is-done/, slow)
}

async function choose(gate: Locator, options: Locator): Promise<void> {
  for (let at = 0; at < (await options.count()); at++) {
    await options.nth(at).check()
    await expect(gate.getByRole('status')).not.toBeEmpty()
    if (await isDone(gate)) return
  }
  throw new Error('no option of the question was right')
}

const rewards = async (page: Page) => (await page.locator('td.row-reward').allTextContents()).map(numberOf)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** What the page shows, or what can be worked out on paper. */
const answers: readonly (readonly [RegExp, (page: Page) => Promise<number> | number])[] = [
  [/How many of the three peers are right/, (page) => page.locator('.peers .mark.is-right').count()],
  [/well formed, and its answer is wrong/, () => 0.1],
  [/well formed and right/, () => 1.1],
  [/mean of this group/, async (page) => mean(await rewards(page))],
  [
    /advantage of the selected completion be/,
    async (page) =>
      numberOf((await page.locator('tr.is-selected td.row-reward').textContent()) ?? '') -
      mean(await rewards(page)),
  ],
  [/Add up the advantages/, () => 0],
  [/What is its ratio/, () => 1.5],
  [/Advantage \+0.5, ratio 1.5/, () => 0.64],
  [/Advantage −0.5, ratio 0.5/, () => -0.4],
  [/written in one round/, () => 4],
  [/in five rounds/, () => 20],
  [/give another answer than in round 0/, (page) => page.locator('.peers .changed').count()],
  [
    /In how many of the four groups/,
    async (page) => {
      const line = await page.getByText(/\d+ of \d+ groups teach/).textContent()
      return Number(/\d+/.exec(line ?? '')?.[0])
    },
  ],
]

async function answerTo(page: Page, ask: string): Promise<number> {
  const found = answers.find(([pattern]) => pattern.test(ask))
  if (found === undefined) throw new Error(`nobody knows the answer to “${ask}”`)
  return found[1](page)
}

async function obey(page: Page, gate: Locator, ask: string): Promise<void> {
  if (/questions in all/.test(ask)) return askTwoMore(page)
  if (/Draw another and ask, until/.test(ask)) return drawUntilDone(page, gate)
  const family = /“(chain|boolean|facts|dates)”/.exec(ask)?.[1]
  if (family !== undefined) await page.getByLabel('Family').selectOption(family)
  if (/Click a completion/.test(ask))
    return page.locator('tr:has(.bar-dot.is-up) .row-number button').first().click()
  if (/Change one of/.test(ask)) return page.getByRole('textbox', { name: 'Temperature' }).fill('1.5')
  if (/set “Seed” to 2/.test(ask)) {
    await page.getByRole('button', { name: 'New run', exact: true }).first().click()
    return page.getByRole('textbox', { name: 'Seed', exact: true }).fill('2')
  }
  if (/Ask the team/.test(ask)) return askTeam(page)
  if (/Choose a group/.test(ask)) return tryGroups(page, gate)
  const button = /“(Next stage|Next step|Run|One more round)”/.exec(ask)?.[1]
  if (button === undefined) throw new Error(`nobody knows how to do “${ask}”`)
  if (button === 'Run') return page.getByRole('button', { name: /^(Run|Continue)$/ }).click()
  return pressUntilDone(page, gate, button)
}

async function askTeam(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(slow)
}

async function askTwoMore(page: Page): Promise<void> {
  for (const family of ['boolean', 'facts']) {
    await page.getByLabel('Family').selectOption(family)
    await askTeam(page)
  }
}

async function drawUntilDone(page: Page, gate: Locator): Promise<void> {
  for (let draws = 0; draws < 20; draws++) {
    if (await isDone(gate)) return
    await page.getByRole('button', { name: 'Draw another' }).click()
    await askTeam(page)
  }
  throw new Error('the peers never changed seats')
}

async function isDone(gate: Locator): Promise<boolean> {
  return /is-done/.test((await gate.getAttribute('class')) ?? '')
}

async function tryGroups(page: Page, gate: Locator): Promise<void> {
  const groups = page.getByRole('radiogroup', { name: 'Group' }).getByRole('radio')
  for (let at = 0; at < (await groups.count()); at++) {
    await groups.nth(at).check({ force: true })
    if (await isDone(gate)) return
  }
  throw new Error('no group was as the lesson wants it')
}

/** Presses again whenever the press before it has come to its end, which the page tells by another state. */
async function pressUntilDone(page: Page, gate: Locator, name: string): Promise<void> {
  const state = () =>
    page.evaluate(() => {
      const now = document.querySelector('.rail [aria-current]')?.textContent ?? ''
      const run = document.querySelector('.run-state')?.textContent ?? ''
      const rounds = document.querySelectorAll('.round-dots input').length
      return document.querySelector('.question-ask button[type=button]') === null
        ? `${now} ${run} ${rounds}`
        : 'busy'
    })
  while (!(await isDone(gate))) {
    const before = await state()
    await page.getByRole('button', { name }).click(slow)
    await expect
      .poll(async () => {
        const now = await state()
        const rests = /Paused|Finished|Stopped/.test(now) || (name === 'One more round' && now !== 'busy')
        return (await isDone(gate)) || (now !== before && rests)
      }, slow)
      .toBe(true)
  }
}
