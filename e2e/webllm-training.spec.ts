/**
 * The trainer and WebLLM on one device: an update goes from GPU to GPU, and what comes of it is what the bytes of the
 * same adapter make of WebLLM.
 */
import { expect } from '@playwright/test'
import { test } from './webllm/fixture.ts'
import type { SharedStep } from './webllm/shared-training.ts'

/** Nats; what any two engines on the same weights must keep. Measured: 1e-6. */
const tolerance = 2e-3

const largestDifference = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))))

const rest = ({ numTensors, numBytes }: SharedStep) => ({ numTensors, numBytes })

for (const adapter of ['native', 'merged'] as const)
  test(`an update (${adapter}) reaches WebLLM without leaving the device, also on the next one`, async ({
    ownLab,
  }) => {
    const report = await ownLab.evaluate((adapter) => globalThis.lab.trainOnSharedDevice(adapter), adapter)
    const { steps, adapterBytes, moduleCount, afterLoss, parameterCount, weightBytes } = report
    expect(steps).toHaveLength(4)
    expect(moduleCount).toBe(6)
    for (const { onDevice, asBytes, trainer, written } of steps) {
      expect(onDevice).toEqual(asBytes)
      expect(onDevice).toHaveLength(6)
      const difference = largestDifference(onDevice, trainer)
      test
        .info()
        .annotations.push({ type: adapter, description: `${difference} nats, ${written.asBytes} bytes` })
      expect(difference).toBeLessThan(tolerance)
      expect(written.asBytes).toBeGreaterThanOrEqual(adapterBytes)
      // Merging passes its kernel four numbers for each module.
      expect(written.onDevice).toBe(adapter === 'merged' ? moduleCount * 16 : 0)
    }
    for (const [i, { onDevice }] of steps.entries())
      if (i > 0) expect(onDevice).not.toEqual(steps[i - 1]?.onDevice)
    expect(afterLoss).toEqual(steps[2]?.onDevice)
    const [first, second, third] = steps.map(rest)
    expect(second).toEqual(first)
    expect(third).toEqual(first)
    // One copy of each, in one orientation.
    expect(weightBytes).toBe(parameterCount * 4)
  })

/** Two layers of every kind of weight and head, with the adapter in the weights and beside them. */
const models = {
  'tied Llama, merged': { mode: 'merged', changes: {} },
  'Qwen2, native': { mode: 'native', changes: { model_type: 'qwen2' } },
  'untied Qwen3, native': { mode: 'native', changes: { model_type: 'qwen3', tie_word_embeddings: false } },
} as const

for (const [name, model] of Object.entries(models))
  test(`tfjs on a GPU, with one copy of the weights, has the gradients of the processor: ${name}`, async ({
    lab,
    ownLab,
  }) => {
    const wasm = await lab.evaluate((model) => globalThis.lab.gradientsOn('wasm', model), model)
    const webgpu = await ownLab.evaluate((model) => globalThis.lab.gradientsOn('webgpu', model), model)
    const logprobs = largestDifference(webgpu.logprobs, wasm.logprobs)
    const gradients = largestDifference(webgpu.gradients, wasm.gradients)
    test.info().annotations.push({ type: name, description: `${logprobs} nats, gradients ${gradients}` })
    expect(wasm.gradients.length).toBeGreaterThan(7000)
    expect(Math.max(...wasm.gradients)).toBeGreaterThan(1)
    // Measured: 1.4e-6 and 5.0e-6.
    expect(logprobs).toBeLessThan(1e-5)
    expect(gradients).toBeLessThan(5e-5)
  })
