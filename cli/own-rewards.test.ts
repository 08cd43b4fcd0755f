/** Rewards of one's own on the command line, in real threads: nothing runs unasked, and bad code ends in one line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fakeFlags, lab } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-rewards-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
function code(text: string): string {
  const file = join(mkdtempSync(join(folder, String((files += 1)))), 'mine.mjs')
  writeFileSync(file, text)
  return file
}

const named = ['--custom-rewards', 'mine', '--custom-reward-weights', '0.5']
const train = (file: string, ...args: readonly string[]) =>
  lab(['train', ...fakeFlags, '--steps', '2', '--json', ...named, '--reward-code', file, ...args])

describe('lab train with a reward of one’s own', () => {
  test('has its numbers among the metrics, and goes on with the code that was saved', async () => {
    const out = join(folder, 'run')
    const file = code('export default (task, { text }) => (text.includes("3") ? 2 : null)')
    const { code: exit, out: lines } = await train(file, '--allow-code', '--out', out)
    expect(exit).toBe(0)
    const steps = lines.filter((line) => line.startsWith('{"step"')).map((line) => JSON.parse(line) as object)
    expect(steps).toHaveLength(2)
    for (const step of steps) expect(step).toMatchObject({ 'rewards/mine/mean': 2, 'rewards/mine/std': 0 })
    const resume = ['train', '--resume', out, '--steps', '3', '--json']
    const unasked = await lab(resume)
    expect([unasked.code, unasked.notes.at(-1)]).toEqual([1, expect.stringMatching(/Add --allow-code/)])
    const resumed = await lab([...resume, '--allow-code'])
    expect(
      resumed.out.some((line) => line.startsWith('{"step":3,') && line.includes('rewards/mine/mean')),
    ).toBe(true)
  })

  test.each([
    [
      'throws',
      'export default () => { throw new Error("no luck") }',
      /"mine" failed on question .*: no luck/,
    ],
    [
      'loops for ever',
      'export default () => { for (;;); }',
      /"mine" was ended on question .* without a result/,
    ],
    ['never answers', 'export default () => new Promise(() => {})', /"mine" was ended on question/],
    ['gives NaN', 'export default () => NaN', /"mine" gave NaN for question/],
    [
      'ends its thread',
      'export default () => { setTimeout(() => { throw Error("later") }); return new Promise(() => {}) }',
      /"mine" failed on question .*: later/,
    ],
    ['does not parse', 'export default (', /"mine" failed on question/],
  ])('code that %s ends the step in one line that names it', async (_, text, message) => {
    const { code: exit, notes } = await train(code(text), '--allow-code', '--custom-reward-timeout', '200')
    expect(exit).toBe(1)
    expect(notes.at(-1)).toMatch(message)
  })

  test('runs nothing that was not allowed, named or given', async () => {
    const file = code('export default () => 1')
    const said = async (...args: readonly string[]) => {
      const { code: exit, notes } = await lab(['train', ...fakeFlags, '--steps', '1', ...args])
      return `${exit} ${notes.at(-1) ?? ''}`
    }
    expect(await said(...named, '--reward-code', file)).toMatch(
      /^1 .*with all your rights\. Add --allow-code/,
    )
    expect(await said('--reward-code', file, '--allow-code')).toMatch(
      /^2 .*"mine" is not in --custom-rewards/,
    )
    expect(await said(...named, '--allow-code')).toMatch(/^1 .*"mine" has no code here/)
    expect(await said(...named, '--reward-code', '/nonexistent/mine.js')).toMatch(/^1 .*no such file/)
  })
})
