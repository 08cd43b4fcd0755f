/** A model folder on the web whose bytes are counted as they arrive, each file once. */
import type { FileAccess } from '../engine/weights/file-access.ts'
import { httpFiles } from '../engine/weights/http-files.ts'

export interface CountedFiles {
  readonly files: FileAccess
  /** So many bytes will follow what has been read so far; nothing is reported before. */
  expect(bytes: number): void
}

/** What a folder may lack and the page can do without: asking for it would write a 404 into the console. */
const unasked = ['chat_template.jinja', 'README.md']

export function countedFiles(folder: string, onBytes: (done: number, total: number) => void): CountedFiles {
  let done = 0
  let total = 0
  const count = (bytes: number) => {
    done += bytes
    if (total > 0) onBytes(Math.min(done, total), total)
  }
  const files = httpFiles(folder, { fetch: countingFetch(count) })
  return {
    files: { ...files, exists: async (name) => !unasked.includes(name) && files.exists(name) },
    expect(bytes) {
      total = done + bytes
      onBytes(done, total)
    },
  }
}

/** Ranges of a file are parts of it; a whole file that is read again comes from the browser's cache. */
function countingFetch(onBytes: (count: number) => void): typeof fetch {
  const read = new Set<string>()
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response.body === null || !response.ok || read.has(response.url)) return response
    if (response.status === 200 && init?.method !== 'HEAD') read.add(response.url)
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onBytes(chunk.length)
        controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers })
  }
}
