/** What scripts rely on, and what people see when they get it wrong: one line, no stack, the right exit code. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from './main.ts'
import { fakeFlags, lab, linesIn, type Line } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const path = (name = '') => join(folder, `${(files += 1)}-${name}`)
function fileOf(content: string): string {
  const file = path('file')
  writeFileSync(file, content)
  return file
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line)
const isClock = ([key]: readonly [string, unknown]) => key.startsWith('timing/') || key === 'step_time'
const withoutClock = (line: Line) =>
  Object.fromEntries(Object.entries(line).filter((entry) => !isClock(entry)))
const trained = async (...args: readonly string[]) => {
  const { code, out, notes } = await lab(['train', ...fakeFlags, '--json', ...args])
  expect(notes.filter((note) => note.startsWith('lab:'))).toEqual([])
  expect(code).toBe(0)
  return parsed(out)
}

describe('wrong use', () => {
  test.each([
    [[], /a command is needed/],
    [['trian'], /"trian" is not a command\. Did you mean train\?/],
    [['train', '--num-generation', '4'], /--num-generation is not a flag\. Did you mean --num-generations\?/],
    [['train', '--steps'], /--steps needs a value/],
    [['train', '--steps', '--json'], /--steps needs a value/],
    [['train', '--json=yes'], /--json takes no value/],
    [['tasks', 'chain'], /"chain" is not expected here/],
    [['score', '--prompt-ids', '1'], /--model is needed/],
    [['ask'], /a question is needed/],
  ])('%j ends with exit code 2 and one line', async (args, message) => {
    const { code, out, notes } = await lab(args)
    expect(code).toBe(2)
    expect(out).toEqual([])
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(message)
  })
})

describe('bad input', () => {
  test.each([
    [['train', '--preset', 'nan'], /There is no preset "nan"\. Choose from route, nano/],
    [['train', '--steps', '-5'], /max_steps \(-5\) is too small/],
    [['train', '--steps', 'many'], /max_steps \("many"\) is not a number/],
    [['train', '--num-generations', '1'], /num_generations \(1\) is too small: a single completion/],
    [['train', '--leader', 'gpt'], /There is no model "gpt"/],
    [['train', '--resume', '/nonexistent/run'], /holds no checkpoint to resume/],
    [['train', '--config', '/nonexistent/x.json'], /no such file/],
    [['train', ...fakeFlags, '--proposals', '/nonexistent/p.jsonl'], /no such file/],
    [['train', ...fakeFlags, '--out', '/dev/null/run'], /not a folder/],
    [['evaluate', ...fakeFlags, '--split', 'train'], /--split train: expected one of dev, test/],
    [['evaluate', ...fakeFlags, '--adapter', '/nonexistent/a'], /no such adapter folder/],
    [['evaluate', ...fakeFlags, '--size', '0'], /eval_size \(0\) is too small/],
    [['tasks', '--family', 'poems'], /There is no family "poems"/],
    [['tasks', '--count', '0'], /--count 0: expected a whole number/],
    [['score', '--model', 'fake-x', '--prompt-ids', '1,x', '--completion-ids', '1'], /"x" is not a token id/],
  ])('%j ends with exit code 1 and one last line that says why', async (args, message) => {
    const { code, notes } = await lab(args)
    expect(code).toBe(1)
    const said = notes.filter((note) => note.startsWith('lab:'))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(message)
    expect(said[0]).not.toMatch(/\n|\bat .*:\d+:\d+/)
  })

  test.each([
    ['not json', /is not JSON/],
    ['[1]', /is not an object of settings/],
    ['{"num_generation": 4}', /did you mean num_generations\?/],
  ])('a config file %s is refused', async (content, message) => {
    const { code, notes } = await lab(['train', '--config', fileOf(content)])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(message)
  })

  test('an empty data set is refused; a malformed line is named and the rest used', async () => {
    const empty = await lab(['evaluate', ...fakeFlags, '--dataset', fileOf('')])
    expect(empty.code).toBe(1)
    expect(empty.notes.at(-1)).toMatch(/has no usable question: it is empty/)
    const rows = Array.from({ length: 60 }, (_, i) => `{"question": "What is ${i} + 1?", "answer": ${i + 1}}`)
    const some = await lab([
      'evaluate',
      ...fakeFlags,
      '--json',
      '--dataset',
      fileOf(['{', ...rows].join('\n')),
    ])
    expect(some.code).toBe(0)
    expect(some.notes.some((note) => /line 1 is not JSON.*: \{: left out/.test(note))).toBe(true)
  })
})

describe('lab train --json', () => {
  test('prints the settings with the version, an evaluation before step 1, each step, and evaluations on time', async () => {
    const [head, ...lines] = await trained('--steps', '4', '--eval-every', '2', '--seed', '3')
    expect(head?.['version']).toMatch(/^\d+\.\d+\.\d+/)
    expect(head?.['config']).toMatchObject({ max_steps: 4, eval_every: 2, seed: 3, leader: 'fake-leader' })
    const names = lines.map((line) =>
      'eval' in line ? `eval ${(line['eval'] as Line)['step'] as number}` : line['step'],
    )
    expect(names).toEqual(['eval 0', 1, 2, 'eval 2', 3, 4, 'eval 4'])
  })

  test('an evaluation has the fixed keys, with numbers from 0 to 1 within their bounds', async () => {
    const lines = await trained('--steps', '1', '--eval-every', '1')
    const evaluations = lines.flatMap((line) =>
      'eval' in line ? [line['eval'] as Record<string, number>] : [],
    )
    expect(evaluations).toHaveLength(2)
    for (const evaluation of evaluations)
      for (const key of ['leader_team', 'leader_alone', 'majority', 'best_peer', 'oracle']) {
        const [value = -1, low = 2, high = -1] = [key, `${key}_low`, `${key}_high`].map(
          (name) => evaluation[name],
        )
        expect(evaluation['n']).toBe(10)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(value)
        expect(value).toBeLessThanOrEqual(high)
        expect(high).toBeLessThanOrEqual(1)
      }
    expect(evaluations[1]).toHaveProperty('leader_team_change_low')
  })

  test('the same seed gives the same run, another seed another one', async () => {
    const run = async (seed: string) =>
      (await trained('--steps', '3', '--seed', seed)).slice(1).map(withoutClock)
    expect(await run('5')).toEqual(await run('5'))
    expect(await run('5')).not.toEqual(await run('6'))
  })

  test('flags override --config, which overrides the preset', async () => {
    const file = fileOf('{"max_steps": 1, "seed": 9}')
    const [head] = await trained('--preset', 'tiny', '--config', file, '--seed', '10')
    expect(head?.['config']).toMatchObject({ max_steps: 1, seed: 10, eval_every: 0 })
  })
})

describe('lab train --out', () => {
  test('writes an adapter folder, every line as metrics.jsonl, and the last two checkpoints', async () => {
    const run = path('run')
    const lines = await trained('--steps', '3', '--eval-every', '3', '--out', run)
    expect(readdirSync(run).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'checkpoints',
      'metrics.jsonl',
      'rollouts.jsonl',
    ])
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['step-000002.run', 'step-000003.run'])
    expect(linesIn(join(run, 'metrics.jsonl'))).toEqual(lines)
  })

  test('keeps every completion with what it earned; the advantages of a group add up to 0', async () => {
    const run = path('run')
    const steps = (await trained('--steps', '2', '--out', run)).filter((line) => 'step' in line)
    const rollouts = linesIn<{
      readonly step: number
      readonly task: string
      readonly text: string
      readonly reward: number
      readonly advantage: number
    }>(join(run, 'rollouts.jsonl'))
    expect(rollouts).toHaveLength(2 * 2 * 8)
    expect(new Set(rollouts.map(({ text }) => text)).size).toBeGreaterThan(1)
    for (const { step, reward } of steps) {
      const own = rollouts.filter((rollout) => rollout.step === step)
      expect(own.reduce((sum, rollout) => sum + rollout.reward, 0) / own.length).toBeCloseTo(Number(reward))
      for (const task of new Set(own.map((rollout) => rollout.task))) {
        const group = own.filter((rollout) => rollout.task === task)
        expect(group.reduce((sum, { advantage }) => sum + advantage, 0)).toBeCloseTo(0)
      }
    }
  })

  test('does not write over another run', async () => {
    const run = path('run')
    await trained('--steps', '1', '--out', run)
    const { code, notes } = await lab(['train', ...fakeFlags, '--steps', '1', '--out', run])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/already holds a run\. Continue it with --resume/)
  })

  test('stopped in mid-step and resumed, it is the run that was never stopped', async () => {
    const kept = path('whole')
    const whole = await trained('--steps', '5', '--eval-every', '5', '--out', kept)
    const run = path('run')
    const args = ['train', ...fakeFlags, '--steps', '5', '--eval-every', '5', '--json', '--out', run]
    const stopped = await lab(args, {
      onLine(line, stop) {
        if (line.startsWith('{"step":2,')) stop()
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.notes.at(-1)).toMatch(/stopped after step 2\. Go on with lab train --resume/)
    const rest = await lab(['train', '--resume', run, '--json'])
    expect(rest.notes.filter((note) => note.startsWith('lab:'))).toEqual([])
    const metrics = linesIn(join(run, 'metrics.jsonl'))
    expect(linesIn(join(run, 'rollouts.jsonl'))).toEqual(linesIn(join(kept, 'rollouts.jsonl')))
    const steps = (lines: readonly Line[]) => lines.filter((line) => 'step' in line).map(withoutClock)
    expect(steps(metrics)).toEqual(steps(whole))
    expect(
      metrics.filter((line) => 'eval' in line).map((line) => (line['eval'] as Line)['leader_team']),
    ).toEqual(whole.filter((line) => 'eval' in line).map((line) => (line['eval'] as Line)['leader_team']))
  })

  test('resumes from the checkpoint before a torn one, and says so', async () => {
    const run = path('run')
    const whole = await trained('--steps', '4')
    await trained('--steps', '3', '--out', run)
    truncateSync(join(run, 'checkpoints', 'step-000003.run'), 100)
    const { code, out, notes } = await lab(['train', '--resume', run, '--steps', '4', '--json'])
    expect(code).toBe(0)
    expect(notes.some((note) => /step-000003\.run.*was not written to its end/.test(note))).toBe(true)
    const steps = parsed(out).filter((line) => 'step' in line)
    expect(steps.map(withoutClock)).toEqual(
      whole
        .filter((line) => 'step' in line)
        .slice(2)
        .map(withoutClock),
    )
  })

  test('refuses to go on with other settings', async () => {
    const run = path('run')
    await trained('--steps', '1', '--out', run)
    const { code, notes } = await lab(['train', '--resume', run, '--steps', '2', '--learning-rate', '0.5'])
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(/learning_rate is 0\.1, but 0\.5 was given/)
  })
})

describe('traces first', () => {
  const traced = [
    '--sft',
    'splice',
    '--sft-completions',
    '8',
    '--sft-max-length',
    '100',
    '--sft-batch-size',
    '2',
  ]

  test('prints their counts and updates before the first step, and keeps the traces as JSON lines', async () => {
    const run = path('run')
    const lines = await trained(...traced, '--steps', '1', '--out', run)
    const names = lines.flatMap((line) =>
      'traces' in line ? ['traces'] : 'sft_step' in line ? ['update'] : 'step' in line ? ['step'] : [],
    )
    expect(names.slice(0, 2)).toEqual(['traces', 'update'])
    expect(names.lastIndexOf('update')).toBeLessThan(names.indexOf('step'))
    const counts = lines.find((line) => 'traces' in line)?.['traces'] as Record<string, number>
    const traces = linesIn(join(run, 'traces.jsonl'))
    expect(traces).toHaveLength((counts['kept'] ?? 0) + (counts['merged'] ?? 0))
    for (const trace of traces) expect(trace).toMatchObject({ kind: 'merged', trace_version: 't1' })
  })

  test('stopped among the updates and resumed, it is the run that was never stopped', async () => {
    const whole = await trained(...traced, '--steps', '2', '--out', path('run'))
    const run = path('run')
    const stopped = await lab(['train', ...fakeFlags, '--json', ...traced, '--steps', '2', '--out', run], {
      onLine(line, stop) {
        if (line.startsWith('{"sft_step":1,')) stop()
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.notes.at(-1)).toMatch(/stopped after step 1 of the traces\. Go on with lab train --resume/)
    const before = readFileSync(join(run, 'traces.jsonl'), 'utf8')
    const rest = await lab(['train', '--resume', run, '--json'])
    expect(rest.code).toBe(0)
    const metrics = linesIn(join(run, 'metrics.jsonl'))
    const learnt = (lines: readonly Line[]) =>
      lines.filter((line) => 'step' in line || 'sft_step' in line || 'traces' in line).map(withoutClock)
    expect(learnt(metrics)).toEqual(learnt(whole))
    expect(readFileSync(join(run, 'traces.jsonl'), 'utf8')).toBe(before)
  })

  test('sft writes a line per question: its trace, or why it gives none', async () => {
    const { code, out, notes } = await lab(['sft', ...fakeFlags, ...traced.slice(2), '--sft-prompts', '12'])
    expect(code).toBe(0)
    const lines = parsed(out)
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) {
      expect(line).toMatchObject({ completions: 8 })
      if (line['outcome'] === 'merged') expect(line['text']).toMatch(/^<think>.*<\/answer>$/)
      else expect(line['outcome']).toBe('dropped')
    }
    expect(notes.at(-1)).toMatch(/^\d+ questions: \d+ dropped, 0 kept, \d+ merged, 0 rejected\.$/)
  })
})

describe('the other commands', () => {
  test('tasks prints one question per line, the same for the same seed', async () => {
    const args = ['tasks', '--family', 'chain', '--count', '5', '--seed', '7', '--json']
    const { out } = await lab(args)
    expect(out).toHaveLength(5)
    for (const task of parsed(out)) expect(task).toMatchObject({ family: 'chain', answer_type: 'number' })
    expect((await lab(args)).out).toEqual(out)
  })

  test('score prints a log-probability per completion token', async () => {
    const args = [
      'score',
      '--model',
      'fake-leader',
      '--prompt-ids',
      '1,2',
      '--completion-ids',
      '256,0',
      '--json',
    ]
    const [line] = parsed((await lab(args)).out)
    expect(Object.keys(line ?? {})).toEqual(['logprobs'])
    expect((line?.['logprobs'] as number[])[0]).toBeCloseTo(Math.log(0.1))
  })

  test('evaluate prints one line per decoding, with what was asked', async () => {
    const args = ['evaluate', ...fakeFlags, '--split', 'test', '--size', '8', '--decoding', 'both', '--json']
    const lines = parsed((await lab(args)).out).map((line) => line['eval'] as Line)
    expect(lines.map(({ decoding }) => decoding)).toEqual(['greedy', 'sampled'])
    for (const line of lines)
      expect(line).toMatchObject({ n: 8, split: 'test', control: 'none', adapter: null })
  })

  test('evaluate --texts keeps everything that was written, every round', async () => {
    const file = path('texts.jsonl')
    const args = ['evaluate', ...fakeFlags, '--size', '8', '--eval-rounds', '2', '--texts', file, '--json']
    const { out } = await lab(args)
    const evaluation = parsed(out)[0]?.['eval'] as Line
    const texts = linesIn<{
      readonly peers: readonly { readonly text: string }[]
      readonly last_peers: readonly unknown[]
      readonly rounds: readonly { readonly text: string; readonly right: boolean }[]
      readonly alone: { readonly text: string }
    }>(file)
    expect(texts).toHaveLength(8)
    for (const { peers, last_peers, rounds, alone } of texts) {
      expect([peers.length, last_peers.length, rounds.length]).toEqual([2, 2, 2])
      expect(peers[0]?.text).toMatch(/^I think\. Answer: [34]$/)
      expect(alone.text).not.toBe('')
    }
    const right = texts.filter(({ rounds }) => rounds.at(-1)?.right).length
    expect(right / 8).toBe(evaluation['leader_team'])
  })

  test('proposals writes what train reads, and the run is the same', async () => {
    const file = path('proposals.jsonl')
    const written = await lab(['proposals', ...fakeFlags, '--easy-threshold', 'null', '--out', file])
    expect(written.code).toBe(0)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(12)
    const own = await trained('--steps', '2', '--easy-threshold', 'null')
    const imported = await trained('--steps', '2', '--easy-threshold', 'null', '--proposals', file)
    expect(imported.map(withoutClock)).toEqual(own.map(withoutClock))
  })

  test('ask streams rounds as events and ends with the answer', async () => {
    const args = [
      'ask',
      'What is 1 + 2?',
      '--answer',
      '3',
      '--answer-type',
      'number',
      ...fakeFlags,
      '--rounds',
      '2',
    ]
    const { out } = await lab([...args, '--max-proposal-length', '64', '--json'])
    const kinds = parsed(out).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'round')).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'answer')).toHaveLength(6)
    expect(parsed(out).at(-1)).toMatchObject({ kind: 'done' })
    expect((await lab(args)).out.join('\n')).toContain('Round 2 of 2')
  })

  test.each(commands.map(({ name }) => name))('help %s names its usage and every flag', async (name) => {
    const command = commands.find((candidate) => candidate.name === name)
    const { code, out } = await lab(['help', name])
    expect(code).toBe(0)
    expect(out.join()).toContain(command?.usage)
    for (const flag of command?.flags.flags ?? []) expect(out.join()).toContain(`--${flag.name}`)
    expect((await lab([name, '--help'])).out).toEqual(out)
  })
})
