/**
 * Model files over HTTP with range requests. A server that ignores ranges is served by one full download that is
 * kept while the same file is being read. No cache and no resume: that is `storage/`, which wraps this.
 */
import { ModelFileError } from '../engine.ts'
import { missingFile, truncatedFile, type FileAccess } from './file-access.ts'

export function httpFiles(
  folder: string,
  { fetch = globalThis.fetch }: { fetch?: typeof globalThis.fetch } = {},
): FileAccess {
  const base = folder.endsWith('/') ? folder : `${folder}/`
  const path = (name: string) => base + name
  let whole: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | null = null

  const request = async (name: string, init?: RequestInit): Promise<Response | null> => {
    let response: Response
    try {
      response = await fetch(path(name), init)
    } catch (cause) {
      const remedy = 'Check the connection and the address, then try again.'
      throw new ModelFileError(path(name), 'an answer from the server', `none (${String(cause)})`, remedy)
    }
    if (response.ok && !isFallbackPage(name, response)) return response
    await response.body?.cancel()
    if (response.ok || [403, 404, 410].includes(response.status)) return null
    throw new ModelFileError(path(name), 'a file', `HTTP status ${response.status} ${response.statusText}`)
  }
  const download = async (name: string) => {
    const response = await request(name)
    if (!response) throw missingFile(path(name))
    return bytesOf(response)
  }
  return {
    location: folder,
    path,
    async exists(name) {
      return (await request(name, { method: 'HEAD' })) !== null
    },
    async size(name) {
      const response = await request(name, { method: 'HEAD' })
      const header = response?.headers.get('content-length')
      // With a content encoding the header counts the compressed bytes.
      return header && !response?.headers.get('content-encoding') ? Number(header) : null
    },
    read: download,
    async readRange(name, start, length) {
      if (length === 0) return new Uint8Array(0)
      if (whole?.name !== name) {
        const range = { headers: { range: `bytes=${start}-${start + length - 1}` } }
        const response = await requestRange(request, name, range, path(name))
        const bytes = await bytesOf(response)
        if (response.status === 206) {
          if (bytes.length !== length) throw truncatedFile(path(name), start, length, bytes.length)
          return bytes
        }
        whole = { name, bytes }
      }
      const bytes = whole.bytes.slice(start, start + length)
      if (bytes.length !== length) throw truncatedFile(path(name), start, length, bytes.length)
      return bytes
    },
  }
}

async function requestRange(
  request: (name: string, init: RequestInit) => Promise<Response | null>,
  name: string,
  init: RequestInit,
  path: string,
): Promise<Response> {
  const response = await request(name, init)
  if (!response) throw missingFile(path)
  return response
}

/** Development servers answer a missing file with the app's own page. */
function isFallbackPage(name: string, response: Response): boolean {
  return !name.endsWith('.html') && (response.headers.get('content-type') ?? '').startsWith('text/html')
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await response.arrayBuffer())
}
