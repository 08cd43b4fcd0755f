import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { readSession, SessionFileError, writeSession } from './session-file.ts'
import type { SessionState } from './session-state.ts'
import { allEvents, fakeSession } from './testing/fake-session.ts'

let state: SessionState
let bytes: Uint8Array

beforeAll(async () => {
  const session = fakeSession({ max_steps: 2 })
  await allEvents(session)
  state = session.state()
  bytes = writeSession(state)
})

const problemOf = (given: Uint8Array) => {
  try {
    readSession(given)
    return null
  } catch (error) {
    return error instanceof SessionFileError ? error.problem : error
  }
}

describe('a saved run', () => {
  test('reads back as it was, also from the middle of a larger buffer', () => {
    expect(readSession(bytes)).toEqual(state)
    const larger = new Uint8Array(bytes.length + 3)
    larger.set(bytes, 3)
    expect(readSession(larger.subarray(3))).toEqual(state)
  })

  test('cut short at any place is refused', () => {
    for (const length of [4, 19, 21, Math.floor(bytes.length / 2), bytes.length - 1])
      expect(problemOf(bytes.slice(0, length))).toBe('truncated')
  })

  test('of phase 1 reads back as it was', async () => {
    const session = fakeSession({ sft: 'splice', sft_completions: 8, sft_max_length: 100, max_steps: 1 })
    await allEvents(session)
    const traced = session.state()
    expect(traced.sft?.traces.length).toBeGreaterThan(0)
    expect(readSession(writeSession(traced))).toEqual(traced)
  })

  test('of version 1, which had no phase 1, is read and goes on', async () => {
    const old = readSession(new Uint8Array(readFileSync(new URL('fixtures/version-1.run', import.meta.url))))
    expect(old).toMatchObject({ step: 2, sft: null, config: { sft: 'off' } })
    expect(old.trainer).toEqual(state.trainer)
    const session = fakeSession({ ...old.config, max_steps: 3 }, { state: old })
    await allEvents(session)
    expect(session.state().history.map(({ step }) => step)).toEqual([1, 2, 3])
  })

  test('of another version is refused, and says which', () => {
    const other = bytes.slice()
    other[4] = 9
    expect(problemOf(other)).toBe('version')
    expect(() => readSession(other)).toThrow(/version 9/)
  })

  test('with one bit changed is refused', () => {
    for (const place of [25, bytes.length - 1]) {
      const damaged = bytes.slice()
      damaged[place] = (damaged[place] ?? 0) ^ 1
      expect(problemOf(damaged)).toBe('damaged')
    }
  })

  test('with settings that are not known any more is refused, and names them', () => {
    const odd = { ...state, config: { ...state.config, forgotten_setting: 1 } }
    expect(problemOf(writeSession(odd))).toBe('version')
    expect(() => readSession(writeSession(odd))).toThrow(/forgotten_setting/)
  })

  test('another kind of file is refused', () => {
    expect(problemOf(new TextEncoder().encode('{"step": 3}'))).toBe('not-a-run')
    expect(problemOf(new Uint8Array())).toBe('not-a-run')
  })
})
