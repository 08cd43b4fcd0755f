/** What the specs share: opening a place of the built app, an empty console, and axe. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** With `serviceWorkers: 'block'`. */
const playwrightsOwn = 'Service Worker registration blocked by Playwright'

/** Every test fails that leaves a warning or an error in the console; one that provokes some takes them out. */
export const test = base.extend<{ readonly consoleProblems: string[] }>({
  consoleProblems: [
    async ({ page }, use) => {
      const said: string[] = []
      page.on('console', (message) => {
        const isProblem = message.type() === 'error' || message.type() === 'warning'
        if (isProblem && message.text() !== playwrightsOwn) said.push(message.text())
      })
      page.on('pageerror', (error) => said.push(error.message))
      await use(said)
      expect(said, 'the console stays empty').toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

/** On the smallest preset, unless another is named, and what every machine has: tfjs on the processor. */
export async function open(
  page: Page,
  place: 'arena' | 'train' | 'evaluate' | 'team' | 'runs' | 'learn' | 'recorded' | 'storage' | 'glossary',
  {
    preset = 'tiny',
    engine = 'tfjs',
  }: {
    readonly preset?: 'tiny' | 'tiny-groups' | 'route' | 'read' | 'smollm2'
    readonly engine?: 'tfjs' | 'webllm'
  } = {},
): Promise<void> {
  const runsOn = engine === 'webllm' ? 'engine=webllm' : 'backend=wasm'
  await page.goto(`/?preset=${preset}&${runsOn}#/${place}`)
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

declare global {
  interface Window {
    readonly axe: { run(context: Document): Promise<AxeResults> }
  }
}

export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() => window.axe.run(document))
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  expect(found).toEqual([])
}

/** "−0.625" and "+0.375" as the page writes them. */
export function numberOf(text: string): number {
  const value = Number(text.replace('−', '-').replace('+', '').trim())
  if (Number.isNaN(value)) throw new Error(`"${text}" is not a number`)
  return value
}
