import { describe, expect, it } from 'vitest'
import { allEvents, fakeConfig, fakeSession } from '../testing/fake-session.ts'
import type { SessionEvent } from '../session.ts'
import type { Stage } from '../stages.ts'
import { elapsedOf, metricsOf, stagesOfStep } from './play.ts'
import { createRecorder, UnrecordableError } from './record.ts'
import { readRecording, RecordingError, type Recording } from './recording.ts'

async function recorded({ groups = 4 }: { readonly groups?: number } = {}) {
  const events = await allEvents(fakeSession({ max_steps: 3 }))
  const recorder = createRecorder({ groups })
  for (const event of events) recorder.take(event, 5)
  const recording: Recording = {
    ...{ format: 'leader-lab/recording', version: 1, app: '0.1.0', preset: 'route' },
    ...{ config: fakeConfig({ max_steps: 3 }), device: 'a fake', models: { leader: 'abc' } },
    ...recorder.recorded(),
    states: [{ step: 2, cursor: 8, evaluatedAt: null, file: 'route-002.bin', modules: [] }],
  }
  return { events, recording }
}

const stagesIn = (events: readonly SessionEvent[], step: number) =>
  events.flatMap((event) => (event.type === 'stage' && event.stage.step === step ? [event.stage] : []))

/** Numbers to three decimals, and without what counts engines' calls. */
function plain(stages: readonly Stage[]): unknown {
  const near = (key: string, value: unknown) =>
    key === 'adapterVersion' ? undefined : typeof value === 'number' ? Number(value.toFixed(3)) + 0 : value
  return JSON.parse(JSON.stringify(stages, near))
}

describe('a recording', () => {
  it('plays the stages that the session had yielded, to what the page shows of their numbers', async () => {
    const { events, recording } = await recorded()
    const read = readRecording(JSON.stringify(recording))
    expect(read.steps).toHaveLength(3)
    for (const [index] of read.steps.entries()) {
      const stages = stagesOfStep(read, index)
      const wanted = stagesIn(events, index + 1)
      // Groups that teach come first; their order among themselves stays.
      const [prompts] = wanted
      const [played] = stages
      if (prompts?.stage !== 'prompt' || played?.stage !== 'prompt') throw new Error('no prompt')
      const order = played.prompts.map(({ promptText, variant, task }) =>
        prompts.prompts.findIndex(
          (each) => each.promptText === promptText && each.variant === variant && each.task.id === task.id,
        ),
      )
      expect(new Set(order).size).toBe(prompts.prompts.length)
      const inOrder = wanted.map((stage) => {
        if (stage.stage === 'prompt') return { ...stage, prompts: order.map((at) => stage.prompts[at]) }
        return 'groups' in stage ? { ...stage, groups: order.map((at) => stage.groups[at]) } : stage
      })
      expect(plain(stages)).toEqual(plain(inOrder as unknown as Stage[]))
    }
  })

  it('keeps every metric of every step, and the time of each stage', async () => {
    const { events, recording } = await recorded()
    const ends = events.flatMap((event) => (event.type === 'step-end' ? [event.metrics] : []))
    for (const [index, metrics] of ends.entries()) {
      const kept = metricsOf(recording, index)
      expect(Object.keys(kept).sort()).toEqual(Object.keys(metrics).sort())
      for (const [key, value] of Object.entries(metrics)) expect(kept[key]).toBeCloseTo(value, 3)
    }
    const [first] = recording.steps
    for (const stage of stagesOfStep(recording, 0)) expect(first && elapsedOf(first, stage)).toBe(5)
  })

  it('keeps as many groups as asked for, those with different rewards first, and says of how many', async () => {
    const { recording } = await recorded({ groups: 2 })
    for (const { of, groups } of recording.steps) {
      expect(of).toBe(4)
      expect(groups).toHaveLength(2)
    }
    const { recording: all } = await recorded()
    for (const { groups } of all.steps) {
      const teach = groups.map(({ completions }) => completions.some(({ advantage }) => advantage !== 0))
      expect(teach).toEqual([...teach].sort((a, b) => Number(b) - Number(a)))
    }
  })

  it('is not made of a run with traces first', () => {
    const stage = { stage: 'sft-sample' } as never
    expect(() => createRecorder({ groups: 1 }).take({ type: 'sft', stage }, 0)).toThrow(UnrecordableError)
  })
})

describe('what is no recording is refused, with the place and what was expected', () => {
  it.each([
    ['no JSON', () => '<!doctype html>', 'expected JSON'],
    ['another kind of file', () => '{"format":"x"}', 'at format'],
    ['another version', (text: string) => text.replace('"version":1', '"version":2'), 'at version'],
    [
      'a step without groups',
      (text: string) => text.replace(/"groups":\[\{/, '"groups":[],"x":[{'),
      'groups',
    ],
    ['a setting that is not known', (text: string) => text.replace('"lora_r"', '"lora_q"'), 'at config'],
    ['a state elsewhere', (text: string) => text.replace('route-002.bin', '../x.bin'), 'states.0.file'],
    ['a token without a text', (text: string) => text.replace(/"tokens":\[(\d)/, '"tokens":[999'), 'one of'],
    [
      'more numbers than tokens',
      (text: string) => text.replace(/"gradients":[^,}]+/, '"gradients":[1,2,3,4,5,6,7,8,9]'),
      'numbers',
    ],
  ])('%s', async (_what, change, message) => {
    const { recording } = await recorded()
    const text = change(JSON.stringify(recording))
    expect(() => readRecording(text)).toThrow(RecordingError)
    expect(() => readRecording(text)).toThrow(message)
  })
})
