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
    const { steps, adapterBytes, moduleCount, afterLoss } = report
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
  })
