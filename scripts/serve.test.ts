import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from './serve.mjs'

const parent = mkdtempSync(join(tmpdir(), 'leader-lab-'))
const folder = join(parent, 'dist')
mkdirSync(join(folder, 'assets'), { recursive: true })
writeFileSync(join(parent, 'secret.txt'), 'secret')
writeFileSync(join(folder, 'index.html'), '<p>app</p>')
writeFileSync(join(folder, 'data.bin'), '0123456789')
writeFileSync(join(folder, 'lib.wasm'), '')

let served: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  served = await serve(folder)
})
afterAll(() => {
  served.server.close()
  rmSync(parent, { recursive: true })
})
const fetchPath = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, served.address), { headers })

describe('the static server', () => {
  it('makes every answer cross-origin isolated, errors included', async () => {
    for (const path of ['/', '/data.bin', '/missing.js']) {
      const { headers } = await fetchPath(path)
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    }
  })

  it('names the content types that browsers insist on', async () => {
    expect((await fetchPath('/lib.wasm')).headers.get('content-type')).toBe('application/wasm')
    expect((await fetchPath('/')).headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['lines=1-2', 200, '0123456789', null],
  ])('answers the range %s with status %i', async (range, status, body, contentRange) => {
    const response = await fetchPath('/data.bin', { range })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(body)
    expect(response.headers.get('content-range')).toBe(contentRange)
  })

  it('sends the whole file when the resumed one has changed', async () => {
    const response = await fetchPath('/data.bin', { range: 'bytes=5-', 'if-range': '"another"' })
    expect(response.status).toBe(200)
  })

  it('gives the app for its own addresses, and 404 for a file that is not there', async () => {
    expect(await (await fetchPath('/runs/12')).text()).toBe('<p>app</p>')
    expect((await fetchPath('/missing.js')).status).toBe(404)
  })

  it('never leaves its folder', async () => {
    const status = await new Promise((resolve) =>
      get(`${served.address}..%2fsecret.txt`, (response) => resolve(response.resume().statusCode)),
    )
    expect(status).toBe(404)
  })

  it('takes the next port when one is in use', async () => {
    const taken = Number(new URL(served.address).port)
    const other = await serve(folder, { ports: [taken, 0] })
    expect(new URL(other.address).port).not.toBe(String(taken))
    other.server.close()
  })
})
