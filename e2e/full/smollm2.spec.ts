/**
 * A real model under WebLLM with our library: SmolLM2-135M-Instruct, from a Q4_1 GGUF made an MLC folder by `lab convert`,
 * continues prompts greedily as transformers does with the same de-quantised weights. Slow on a software GPU. Not in the
 * repository: set LEADER_LAB_SMOLLM2 to a folder that has the file.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import * as v from 'valibot'
import { test } from '../webllm/fixture.ts'

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf'
const folder = process.env['LEADER_LAB_SMOLLM2'] ?? ''
const isMissing = !existsSync(join(folder, FILE))
if (isMissing)
  console.warn(
    `SmolLM2 under WebLLM is not tested: ${folder === '' ? 'LEADER_LAB_SMOLLM2 is not set' : `${folder} has no ${FILE}`}.`,
  )

const id = 'smollm2-135m'
/** Where the test page finds it, which is built before the tests begin. */
const published = join(process.cwd(), '.cache/webllm-page/models', id)

const ids = v.array(v.number())
const schema = v.object({ prompts: v.array(v.object({ name: v.string(), ids, greedy: ids })) })
const fixture = new URL('../../src/engine/llama/fixtures/smollm2-forward.json', import.meta.url)
const { prompts } = v.parse(schema, JSON.parse(readFileSync(fixture, 'utf8')))

test.skip(isMissing, 'LEADER_LAB_SMOLLM2 names no folder with the model.')

test.beforeAll(() => {
  const args = ['convert', '--model', join(folder, FILE), '--out', join(published, 'resolve/main')]
  rmSync(published, { recursive: true, force: true })
  const { status, stderr } = spawnSync(process.execPath, ['dist-cli/lab.js', ...args], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
})
test.afterAll(() => rmSync(published, { recursive: true, force: true }))

test('SmolLM2-135M continues greedily under WebLLM as it does in transformers', async ({ lab }) => {
  const tokens = 12
  const [prompt] = prompts
  const drawn = await lab.evaluate((request) => globalThis.lab.continueGreedily(request), {
    id,
    prompt: prompt?.ids ?? [],
    maxTokens: tokens,
  })
  expect(drawn).toHaveLength(tokens)
  expect(drawn).toEqual(prompt?.greedy.slice(0, tokens))
})
