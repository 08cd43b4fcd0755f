import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newRunId } from './run-id.ts'

const moment = fc.integer({ min: 1.6e12, max: 2.5e12 })
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

it('a run has a name that is safe for a folder, and all are of one length', () => {
  fc.assert(
    fc.property(moment, share, (now, random) => {
      expect(newRunId({ now, random })).toMatch(/^run-[0-9a-z]{8}-[0-9a-z]{5}$/)
    }),
  )
})

it('runs have the order of their names, and runs of one moment have names of their own', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 1e9 }), share, share, (now, later, a, b) => {
      const first = newRunId({ now, random: a })
      expect(first < newRunId({ now: now + later, random: b })).toBe(true)
      const differ = Math.floor(a * 36 ** 5) !== Math.floor(b * 36 ** 5)
      expect(newRunId({ now, random: b }) !== first).toBe(differ)
    }),
  )
})
