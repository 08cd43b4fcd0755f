/** Questions of one's own, from the page's client to the reader, into a run, and back out of its checkpoint. */
import { describe, expect, it } from 'vitest'
import type { DataOrigin, DataReading, LeaderEvent } from './protocol.ts'
import { fakeLab, fakeLabConfig, type FakeLab } from './fake-lab.testing.ts'

const settings = fakeLabConfig({ max_steps: 1, eval_every: 1, easy_threshold: null, prompts_per_step: 2 })
const text = (given: string): DataOrigin => ({ kind: 'text', text: given })
const csv = (rows: number) =>
  ['question,answer', ...Array.from({ length: rows }, (_, i) => `What is ${i} + 1?,${i + 1}`)].join('\n')

async function read(origins: readonly DataOrigin[], mapping: Record<string, string> | null = null) {
  const { signal } = new AbortController()
  return fakeLab().client.readData({ origins, mapping, config: settings }, { signal })
}
const found = ({ found: value }: DataReading) => {
  if (value === null) throw new Error('nothing was found')
  return value
}

describe('reading a data set', () => {
  it('keeps the good rows, names the bad ones, and splits what is left', async () => {
    const mixed = `${csv(30)}\nWhat is mixed?,maybe\nNo gold?,\nWhat is 3 + 1?,4\nToo,many,fields`
    const { files, report, questions } = found(await read([text(mixed)]))
    expect(report.questions).toBe(31)
    expect(files[0]).toMatchObject({ problems: 2, repeats: 1, report: { types: { number: 30, text: 1 } } })
    expect(files[0]?.report.problems.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/no gold answer in column "answer"/) as string,
      expect.stringMatching(/has 3 fields instead of 2/) as string,
    ])
    const { train, dev, test } = questions
    expect(train.length + dev.length + test.length).toBe(31)
    expect(train.length).toBeGreaterThan(dev.length)
  })

  it('shows the columns of what it cannot map, and takes a mapping', async () => {
    const strange = csv(30).replace('question,answer', 'Frage,Lösung')
    const first = await read([text(strange)])
    expect(first.found).toBeNull()
    expect(first.problem?.message).toMatch(/No column is known to hold the question/)
    expect(first.previews).toMatchObject([{ columns: ['Frage', 'Lösung'] }])
    expect(first.previews[0]?.rows[0]).toEqual(['What is 0 + 1?', '1'])
    const mapped = await read([text(strange)], { question: 'Frage', answer: 'Lösung' })
    expect(found(mapped).report.questions).toBe(30)
  })

  it('lists no more problems than a page can show, and counts all', async () => {
    const lines = Array.from({ length: 5000 }, () => '{"question": 1}').join('\n')
    const good = '{"question":"What is 1 + 1?","answer":"2"}\n{"question":"What is 1 + 2?","answer":"3"}\n'
    const [file] = found(await read([text(good + lines)])).files
    expect(file?.problems).toBe(5000)
    expect(file?.report.problems).toHaveLength(200)
  })

  it('says what is wrong with a name, a file without questions, and a single question', async () => {
    const error = (origins: readonly DataOrigin[]) => read(origins).catch((thrown: unknown) => thrown)
    expect(await error([{ kind: 'name', name: 'gsm8k' }])).toMatchObject({
      message: expect.stringMatching(/neither an address .* nor a name on the hub/) as string,
    })
    expect(await error([{ kind: 'name', name: 'hub:openai/gsm8k' }])).toMatchObject({
      message: expect.stringMatching(/cannot be reached/) as string,
    })
    expect((await read([text(csv(1))])).problem?.message).toMatch(/at least two/)
    expect((await read([text('question,answer\nWhat?,')])).problem?.message).toMatch(/no usable question/)
  })

  it('ends with its signal', async () => {
    const controller = new AbortController()
    const { client } = fakeLab()
    const reading = client.readData(
      { origins: [text(csv(3))], mapping: null, config: settings },
      { signal: controller.signal },
    )
    controller.abort()
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' })
  })
})

describe('a run with questions of one’s own', () => {
  const isOver = (event: LeaderEvent) =>
    event.type === 'error' || (event.type === 'mode' && event.mode === 'finished')
  const asked = (lab: FakeLab) =>
    lab.events.flatMap((event) =>
      event.type === 'stage' && event.stage.stage === 'prompt'
        ? event.stage.prompts.map(({ task }) => task.question)
        : [],
    )
  const run = async (lab: FakeLab, more: object) => {
    const { max_steps = 1, ...command } = more as { max_steps?: number }
    const config = { ...settings, max_steps }
    await lab.client.loadTeam(config)
    lab.send({ type: 'open', runId: 'own', config, resume: false, ...command })
    await lab.until((event) => event.type === 'mode' && event.mode === 'paused')
    lab.send({ type: 'control', runId: 'own', control: 'run' })
    await lab.until(isOver)
    return lab
  }

  it('asks them, has them in its checkpoint, and goes on with them', async () => {
    const { questions } = found(await read([text(csv(60))]))
    const first = await run(fakeLab(), { questions })
    expect(asked(first)).toHaveLength(2)
    for (const question of asked(first)) expect(question).toMatch(/^What is \d+ \+ 1\?$/)
    const saved = await first.client.savedRun()
    expect(saved?.questions).toMatchObject({ source: 'pasted' })
    expect(saved?.questions?.train).toEqual(questions.train)
    const again = await run(fakeLab({ storage: first.storage }), { resume: true, max_steps: 2 })
    expect(again.events.find((event) => event.type === 'error')).toBeUndefined()
    expect(asked(again).every((question) => /^What is \d+ \+ 1\?$/.test(question))).toBe(true)
    expect(asked(again)).toHaveLength(2)
  })

  it('asks generated ones where none are given', async () => {
    const lab = await run(fakeLab(), {})
    expect(asked(lab).some((question) => /^What is \d+ \+ 1\?$/.test(question))).toBe(false)
    expect((await lab.client.savedRun())?.questions).toBeNull()
  })
})
