import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpFiles } from './http-files.ts'

const content = Uint8Array.from({ length: 100 }, (_, i) => i)
let requests: string[] = []
const server = createServer((request, response) => {
  const url = request.url ?? ''
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  requests.push(`${request.method} ${url}`)
  if (url.endsWith('fallback.json')) response.setHeader('content-type', 'text/html').end('<!doctype html>')
  else if (url.endsWith('broken.bin')) response.writeHead(500).end()
  else if (!url.endsWith('data.bin')) response.writeHead(404).end()
  else if (start && end && !url.startsWith('/plain/')) {
    response.writeHead(206).end(content.slice(Number(start), Number(end) + 1))
  } else
    response.setHeader('content-length', content.length).end(request.method === 'HEAD' ? undefined : content)
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

describe.each(['ranges', 'plain'])('a server (%s)', (kind) => {
  test('gives sizes, files and ranges', async () => {
    requests = []
    const files = httpFiles(`${origin}/${kind}`)
    expect(await files.size('data.bin')).toBe(100)
    expect(await files.read('data.bin')).toEqual(content)
    expect(await files.readRange('data.bin', 10, 5)).toEqual(content.slice(10, 15))
    expect(await files.readRange('data.bin', 95, 5)).toEqual(content.slice(95))
    // Without ranges the one download serves both reads.
    expect(requests.filter((line) => line.startsWith('GET'))).toHaveLength(kind === 'plain' ? 2 : 3)
  })

  test('that has less than asked for is named', async () => {
    const reading = httpFiles(`${origin}/${kind}/`).readRange('data.bin', 90, 20)
    await expect(reading).rejects.toThrow(`/${kind}/data.bin: expected 20 bytes from byte 90, found only 10`)
  })
})

test('a missing file is missing, even where a development server answers with its own page', async () => {
  const files = httpFiles(origin)
  expect(await files.exists('data.bin')).toBe(true)
  expect(await files.exists('none.json')).toBe(false)
  expect(await files.exists('fallback.json')).toBe(false)
  await expect(files.read('fallback.json')).rejects.toThrow('fallback.json: expected a file, found nothing')
})

test('a failing server and no server at all are told apart', async () => {
  await expect(httpFiles(origin).read('broken.bin')).rejects.toThrow('HTTP status 500')
  await expect(httpFiles('http://127.0.0.1:1').read('x')).rejects.toThrow('Check the connection')
})
