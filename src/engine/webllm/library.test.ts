/** Writing a model into the library's bytes; that the library reads it the same way is for the browser tests. */
import { expect, it } from 'vitest'
import { tinyConfig } from '../llama/testing.ts'
import { configureLibrary, ModelLibraryError } from './library.ts'

const settings = { config: tinyConfig, format: 'q4f16_1', chunkSize: 64, softwareDevice: true } as const
const magic = [0x4c6f5241, 0x2d4c4561, 0x6465724c, 0x61624d4c]

/** Bytes with a block at an odd place, behind the beginning of another. */
function library(version: number): Uint8Array {
  const bytes = new Uint8Array(300).fill(7)
  bytes.set(new Uint8Array(Int32Array.from(magic.slice(0, 2)).buffer), 11)
  bytes.set(new Uint8Array(Int32Array.from([...magic, version]).buffer), 101)
  return bytes
}

it('writes the model into a copy, at the place of the block', () => {
  const before = library(1)
  const bytes = configureLibrary(before, settings)
  expect(before).toEqual(library(1))
  const view = new DataView(bytes.buffer, 101)
  expect(view.getInt32(20, true)).toBe(1)
  expect(view.getInt32(28, true)).toBe(3)
  expect(view.getInt32(32, true)).toBe(tinyConfig.vocabularySize)
  expect(view.getFloat64(80, true)).toBe(tinyConfig.normEpsilon)
  expect(view.getFloat64(88, true)).toBe(tinyConfig.rope.theta)
  expect([...bytes.subarray(0, 101)]).toEqual([...before.subarray(0, 101)])
  expect([...bytes.subarray(229)]).toEqual([...before.subarray(229)])
})

it('refuses a library of another version, and what is no library of ours', () => {
  expect(() => configureLibrary(library(2), settings)).toThrow(ModelLibraryError)
  expect(() => configureLibrary(library(2), settings)).toThrow('expected version 1, found version 2')
  expect(() => configureLibrary(new Uint8Array(64), settings)).toThrow('64 bytes of something else')
})
