/** What the tests and the Node bundles rely on: one tfjs-core, with gradients, and its WebAssembly backend in Node. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import { describe, expect, it } from 'vitest'

const wasmFolder = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
)

describe.each(['cpu', 'wasm'])('tfjs in Node on %s', (backend) => {
  it('differentiates a matrix product', async () => {
    setWasmPaths(`${wasmFolder}/`)
    expect(await tf.setBackend(backend)).toBe(true)
    const left = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const right = tf.tensor2d([5, 6, 7, 8], [2, 2])
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.matMul(x as tf.Tensor2D, right)))(left)
    expect(tf.getBackend()).toBe(backend)
    expect([...(await gradient.data())]).toEqual([11, 15, 11, 15])
  })
})
