/**
 * The browser tests drive the built app, two files at a time: most of them wait more than they compute.
 * `npm test` finds the browser; alone: `LEADER_LAB_BROWSER=$(which chromium) npx playwright test`.
 */
import { defineConfig } from '@playwright/test'

const port = Number(process.env['LEADER_LAB_PORT'] ?? 4391)
const address = `http://127.0.0.1:${port}/`
const pagePort = Number(process.env['LEADER_LAB_PAGE_PORT'] ?? 4392)
const browser = process.env['LEADER_LAB_BROWSER']
/** The test page is built anew at each start; a busy machine takes its time. */
const startLimitMs = 300_000
const full = Boolean(process.env['LEADER_LAB_FULL'])

export default defineConfig({
  testDir: 'e2e',
  testIgnore: full ? [] : ['full/**'],
  outputDir: 'test-results',
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  timeout: full ? 1_800_000 : 300_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    baseURL: address,
    // Each test has a browser of its own, which would fetch the whole app once more; offline.spec.ts allows it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(browser && { executablePath: browser }),
      args: [
        '--headless=new',
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  webServer: [
    {
      command: `node scripts/serve.mjs --port ${port}`,
      url: address,
      ...{ reuseExistingServer: false, timeout: startLimitMs },
      stdout: 'ignore',
    },
    {
      command: `node scripts/test-page.mjs --port ${pagePort}`,
      url: `http://127.0.0.1:${pagePort}/`,
      ...{ reuseExistingServer: false, timeout: startLimitMs },
      stdout: 'ignore',
    },
  ],
})
