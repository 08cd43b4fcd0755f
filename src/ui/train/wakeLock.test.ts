/** The screen stays on while a run is running and seen, and no longer. */
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { RunMode } from '../../workers/protocol.ts'
import type { TrainState, TrainStore } from './trainStore.ts'
import { keepAwake } from './wakeLock.ts'

function setup({ refused = false }: { readonly refused?: boolean } = {}) {
  const state = { locks: 0, visible: true, listener: () => {} }
  const store = createStore<Pick<TrainState, 'run'>>()(() => ({ run: null })) as TrainStore
  keepAwake(store, {
    request() {
      if (refused) return Promise.reject(new DOMException('low battery', 'NotAllowedError'))
      state.locks += 1
      return Promise.resolve({ release: () => Promise.resolve(void (state.locks -= 1)) })
    },
    isVisible: () => state.visible,
    onVisibility: (listener) => void (state.listener = listener),
  })
  const enter = async (mode: RunMode) => {
    store.setState({ run: { runId: 'r', mode } as NonNullable<TrainState['run']> })
    await Promise.resolve().then(() => undefined)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const see = async (visible: boolean) => {
    state.visible = visible
    state.listener()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { state, enter, see }
}

test('it is held while a run is running, once, and let go when that pauses or ends', async () => {
  const { state, enter } = setup()
  await enter('loading')
  expect(state.locks).toBe(0)
  await enter('running')
  expect(state.locks).toBe(1)
  await enter('paused')
  expect(state.locks).toBe(0)
  await enter('running')
  await enter('finished')
  expect(state.locks).toBe(0)
})

test('a hidden page has none, and gets it again when it is seen', async () => {
  const { state, enter, see } = setup()
  await enter('running')
  await see(false)
  expect(state.locks).toBe(0)
  await see(true)
  expect(state.locks).toBe(1)
})

test('a browser that refuses is not asked why', async () => {
  const { state, enter } = setup({ refused: true })
  await enter('running')
  await enter('paused')
  expect(state.locks).toBe(0)
})
