import { expect, test } from 'vitest'
import type { LibraryName, TeamReport } from '../../workers/protocol.ts'
import { librariesOf, otherLibrary } from './libraries.ts'

const smol = 'SmolLM2-360M-Instruct-q0f32-MLC'
const gemma = 'gemma3-1b-it-q4f16_1-MLC'

function team(leader: LibraryName | null, ...peers: readonly [string, LibraryName | null][]): TeamReport {
  return {
    device: {
      engine: leader === null ? 'tfjs' : 'webllm',
      backend: 'webgpu',
      threads: 1,
      because: 'A test.',
    },
    leader: { id: 'nano-leader', parameters: 1, library: leader },
    peers: peers.map(([id, library]) => ({ id, name: id, parameters: 1, library })),
  }
}

test('a team says which library runs it, each model once', () => {
  expect(librariesOf(team('own', ['nano-math', 'own']))).toBe('this app’s library')
  expect(librariesOf(team('own', [gemma, 'prebuilt'], [gemma, 'prebuilt']))).toBe(
    '1 by this app’s library, 1 by WebLLM’s own library',
  )
  expect(librariesOf(team(null, ['nano-math', null]))).toBeNull()
})

test('another library is offered only where the address could change it', () => {
  expect(otherLibrary(team('own', ['nano-math', 'own'], [gemma, 'prebuilt']))).toBeNull()
  expect(otherLibrary(team('own', [smol, 'own'], [gemma, 'prebuilt']))).toBe('prebuilt')
  expect(otherLibrary(team('own', [smol, 'prebuilt']))).toBe('own')
  expect(otherLibrary(team(null, [smol, null]))).toBeNull()
})
