/** A run goes out as one file and comes back whole; nothing of a file that is not whole, or not ours, is stored. */
import { strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readPeftAdapter } from '../engine/adapter/peft.ts'
import { blobFiles } from '../engine/weights/file-access.ts'
import { describeQuestions } from '../mlpo/left-out-questions.ts'
import { readSession, SessionFileError, writeSession } from '../mlpo/session-file.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import { allEvents, fakeSession } from '../mlpo/testing/fake-session.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import { MemoryFolder } from '../storage/memory-folder.testing.ts'
import { memoryLocks } from '../storage/memory-locks.testing.ts'
import { allRuns } from '../storage/run-library.ts'
import { changeRunNotes } from '../storage/run-notes.ts'
import { exportAdapter, exportRun, importRun, RunBundleError } from './run-bundle.ts'

const locks = memoryLocks()
const hostile = '<img src=x onerror=alert(1)>'

async function scene(change: Partial<SessionState> = {}) {
  const session = fakeSession({ max_steps: 2 })
  await allEvents(session)
  const state = { ...session.state(), ...change }
  const root = new MemoryFolder()
  await openCheckpoints(root, 'run-1').write(writeSession(state), state)
  await changeRunNotes(root, 'run-1', { change: { name: hostile, text: 'Good.', device: 'a fake' }, locks })
  return { root, state, bundle: await exportRun(root, 'run-1') }
}

const fileOf = (bytes: Uint8Array<ArrayBuffer>, name = 'run.zip') => new File([bytes], name)
/** The bundle with some of its files changed; null takes one out. */
function changed(bytes: Uint8Array, files: Readonly<Record<string, Uint8Array | null>>) {
  const entries = { ...unzipSync(bytes), ...files }
  const kept = Object.entries(entries).flatMap(([name, content]) =>
    content ? [[name, content] as const] : [],
  )
  return fileOf(new Uint8Array(zipSync(Object.fromEntries(kept))))
}

describe('an exported run', () => {
  it('comes back whole under a new name, with its notes as they were written, and says where it is from', async () => {
    const { bundle, state } = await scene()
    expect(bundle.name).toBe('leader-lab-run-img-src-x-onerror-alert-1-step-2.zip')
    const elsewhere = new MemoryFolder()
    const saved = await importRun(elsewhere, { file: fileOf(bundle.bytes), locks })
    expect(saved).toMatchObject({ config: state.config, step: 2, steps: state.history })
    const [run] = await allRuns(elsewhere)
    expect(run?.id).toBe(saved.runId)
    expect(run?.notes).toMatchObject({ name: hostile, text: 'Good.', device: 'a fake' })
    expect(run?.notes.source).toContain('Imported from run.zip')
    const read = await openCheckpoints(elsewhere, saved.runId).newest(readSession)
    expect(read).toEqual({ ...state, dataId: null })
  })

  it('is imported beside the run that it was made of, which stays as it is', async () => {
    const { root, state, bundle } = await scene()
    await importRun(root, { file: fileOf(bundle.bytes), locks })
    expect(await allRuns(root)).toHaveLength(2)
    expect(await openCheckpoints(root, 'run-1').newest(readSession)).toEqual(state)
  })

  it('holds metrics, settings and the adapter for other programs, too', async () => {
    const { bundle, state } = await scene()
    const files = unzipSync(bundle.bytes)
    const textOf = (name: string) => new TextDecoder().decode(files[name])
    expect(textOf('metrics.jsonl').trim().split('\n')).toHaveLength(2)
    expect(JSON.parse(textOf('run.json'))).toMatchObject({ seed: 1, step: 2, config: state.config })
    const adapter = Object.entries(files).flatMap(([name, bytes]) =>
      name.startsWith('adapter/') ? [[name.slice(8), new Blob([new Uint8Array(bytes)])] as const] : [],
    )
    expect(await readPeftAdapter(blobFiles('adapter', new Map(adapter)))).toEqual(state.trainer.adapter)
  })

  it('can be its adapter alone', async () => {
    const { root } = await scene()
    const { name, bytes } = await exportAdapter(root, 'run-1')
    expect(name).toMatch(/^leader-lab-adapter-/)
    expect(Object.keys(unzipSync(bytes)).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors'])
  })

  it('brings no code along', async () => {
    const { bundle } = await scene({ rewards: [{ name: 'mine', code: 'return 1' }] })
    const elsewhere = new MemoryFolder()
    const { runId } = await importRun(elsewhere, { file: fileOf(bundle.bytes), locks })
    expect((await openCheckpoints(elsewhere, runId).newest(readSession))?.rewards).toEqual([])
    expect((await allRuns(elsewhere))[0]?.notes.source).toContain('reward code was left out')
  })
})

describe('somebody’s own questions', () => {
  const secret = 'What is the secret sum of 1 and 1?'
  const task = (id: string) => ({
    ...{ id, key: id, family: 'own', domain: 'own', question: secret, answer: '2' },
    answer_type: 'number' as const,
  })
  const questions = { source: 'own.csv', train: [task('a')], dev: [task('b')], test: [] }
  const told = { source: 'own.csv', train: 1, held: 1 }
  const jsonOf = (bytes: Uint8Array) =>
    JSON.parse(new TextDecoder().decode(unzipSync(bytes)['run.json'])) as object
  const textOf = (bytes: Uint8Array) =>
    Object.values(unzipSync(bytes))
      .map((content) => new TextDecoder().decode(content))
      .join('\n')
  const sft = {
    ...{ phase: 'done' as const, cursor: 1, step: 0, history: [] },
    counts: { prompts: 1, dropped: 0, kept: 1, merged: 0, rejected: {} },
    traces: [
      {
        prompt: {
          ...{ task: task('a'), variant: 0, round: 0, proposals: null, promptText: secret, promptIds: [1] },
        },
        ...{ kind: 'kept' as const, text: secret, ids: [1], wrong: null, right: secret },
      },
    ],
  }

  it('go along in the file, which says so, and come back with the run', async () => {
    const { bundle } = await scene({ questions })
    expect(jsonOf(bundle.bytes)).toMatchObject({ version: 1, questions: { ...told, carried: true } })
    const elsewhere = new MemoryFolder()
    const saved = await importRun(elsewhere, { file: fileOf(bundle.bytes), locks })
    expect(saved).toMatchObject({ questions, leftOut: null })
    expect((await openCheckpoints(elsewhere, saved.runId).newest(readSession))?.questions).toEqual(questions)
  })

  it('stay here when they are left out: nothing in the file quotes them, and it names them', async () => {
    const { root, state } = await scene({ questions, sft })
    const { bytes } = await exportRun(root, 'run-1', { questions: 'left out' })
    expect(textOf(bytes)).not.toContain('secret')
    expect(textOf((await exportRun(root, 'run-1')).bytes)).toContain('secret')
    const { fingerprint } = describeQuestions(questions)
    expect(jsonOf(bytes)).toMatchObject({ version: 2, questions: { ...told, fingerprint, carried: false } })

    const elsewhere = new MemoryFolder()
    const saved = await importRun(elsewhere, { file: fileOf(bytes), locks })
    expect(saved).toMatchObject({
      ...{ config: state.config, step: 2, steps: state.history, questions: null },
      leftOut: { ...told, fingerprint },
    })
    const again = await importRun(elsewhere, {
      file: fileOf((await exportRun(elsewhere, saved.runId)).bytes),
      locks,
    })
    expect(again.leftOut).toEqual(saved.leftOut)
  })

  it('are not left out while traces that quote them are still to be learned from', async () => {
    const { root } = await scene({ questions, sft: { ...sft, phase: 'updates' } })
    await expect(exportRun(root, 'run-1', { questions: 'left out' })).rejects.toThrow(
      'traces that quote them',
    )
  })

  it('of generated questions there is nothing to leave out', async () => {
    const { root, bundle } = await scene()
    const { bytes } = await exportRun(root, 'run-1', { questions: 'left out' })
    expect(unzipSync(bytes)['checkpoint.run']).toEqual(unzipSync(bundle.bytes)['checkpoint.run'])
    expect(jsonOf(bytes)).toMatchObject({ version: 1, questions: null })
  })
})

describe('a file that is no whole run is refused, and nothing is stored', () => {
  const run = (change: object) => strToU8(JSON.stringify({ ...good, ...change }))
  const good = {
    format: 'leader-lab/run',
    version: 1,
    app: '0.1.0',
    name: '',
    text: '',
    colour: null,
    device: null,
  }
  const withState = async (change: Partial<SessionState>) => (await scene(change)).bundle.bytes
  const evaluation = { step: 1, leaderTeam: hostile } as never
  it.each([
    ['another kind of file', async () => fileOf(strToU8('GIF89a')), 'no whole zip'],
    ['an empty one', async () => fileOf(new Uint8Array()), 'no whole zip'],
    [
      'one that is cut short',
      async (bytes: Uint8Array) => fileOf(new Uint8Array(bytes.slice(0, -30))),
      'zip',
    ],
    ['another zip', async () => fileOf(new Uint8Array(zipSync({ 'a.txt': strToU8('a') }))), 'no run.json'],
    [
      'no checkpoint',
      async (bytes: Uint8Array) => changed(bytes, { 'checkpoint.run': null }),
      'no checkpoint.run',
    ],
    ['no JSON', async (bytes: Uint8Array) => changed(bytes, { 'run.json': strToU8('{') }), 'not JSON'],
    [
      'another format',
      async (bytes: Uint8Array) => changed(bytes, { 'run.json': run({ format: 'x' }) }),
      'at format',
    ],
    [
      'a newer version',
      async (bytes: Uint8Array) => changed(bytes, { 'run.json': run({ version: 3 }) }),
      'version 3',
    ],
    [
      'a name without end',
      async (bytes: Uint8Array) => changed(bytes, { 'run.json': run({ name: 'x'.repeat(1e5) }) }),
      'at name',
    ],
    [
      'an evaluation that is none',
      async () => fileOf(await withState({ evaluations: [evaluation] })),
      'wrong at evaluations.0',
    ],
    ['a history of other steps', async () => fileOf(await withState({ history: [] })), 'not that of 2 steps'],
  ])('%s', async (_what, make, message) => {
    const { bundle } = await scene()
    const root = new MemoryFolder()
    const importing = importRun(root, { file: await make(bundle.bytes), locks })
    await expect(importing).rejects.toThrow(RunBundleError)
    await expect(importing).rejects.toThrow(message)
    expect(await allRuns(root)).toEqual([])
  })

  it('a damaged checkpoint', async () => {
    const { bundle, state } = await scene()
    const bytes = writeSession(state).map((byte, i) => (i === 60 ? byte ^ 1 : byte))
    const root = new MemoryFolder()
    const importing = importRun(root, { file: changed(bundle.bytes, { 'checkpoint.run': bytes }), locks })
    await expect(importing).rejects.toThrow(SessionFileError)
    expect(await allRuns(root)).toEqual([])
  })
})
