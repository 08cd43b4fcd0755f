import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { md5 } from './md5.ts'

test('gives the hashes of another implementation at every length around the block size', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255)
    expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'))
  }
})

test('gives the hash of RFC 1321', () => {
  expect(md5(new TextEncoder().encode('message digest'))).toBe('f96b697d7cb7938d525a2f31aaf161d0')
})
