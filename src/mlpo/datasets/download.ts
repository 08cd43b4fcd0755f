/** Files from the network. `fetch` is given, so that a test needs no network; whatever goes wrong is one sentence. */
import type { DataFile } from './data-file.ts'

export type Fetch = (address: string, init?: { readonly signal?: AbortSignal }) => Promise<Response>

/** `status` is HTTP's, null where no answer came. The message says what to do. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  constructor(
    readonly address: string,
    readonly status: number | null,
    message: string,
  ) {
    super(message)
  }
}

export interface Access {
  readonly fetch: Fetch
  readonly signal?: AbortSignal
}

/** `name` is what messages call it. @throws DownloadError */
export async function download(address: string, name: string, { fetch, signal }: Access): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address, signal === undefined ? {} : { signal })
  } catch (cause) {
    signal?.throwIfAborted()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DownloadError(
      address,
      null,
      `${name} cannot be reached (${why}). You may be offline, or the server may not let other pages read it. ` +
        'Download the file by hand and give it instead.',
    )
  }
  if (!response.ok) throw new DownloadError(address, response.status, refusal(response, name))
  return response
}

/** A file at an address; it is fetched when it is first read, once. */
export function remoteFile(address: string, name: string, access: Access): DataFile {
  let bytes: Promise<Uint8Array> | null = null
  const read = () => (bytes ??= fileBytes(address, name, access))
  return {
    name,
    bytes: read,
    async *chunks() {
      yield await read()
    },
  }
}

async function fileBytes(address: string, name: string, access: Access): Promise<Uint8Array> {
  const response = await download(address, name, access)
  if (response.headers.get('content-type')?.startsWith('text/html') === true)
    throw new DownloadError(
      address,
      response.status,
      `${name} is a web page, not a data file. Give the address behind its download button ` +
        '(on the hub it has /resolve/ in it, not /blob/).',
    )
  try {
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    access.signal?.throwIfAborted()
    throw new DownloadError(
      address,
      response.status,
      `${name} broke off while it was downloaded (${String(cause)}). Try again.`,
    )
  }
}

function refusal({ status, headers }: Response, name: string): string {
  switch (status) {
    case 401:
    case 403:
      return (
        `${name} is not open to everybody (${status}): it is private, wants an account, or is spelt otherwise. ` +
        'Check the name, or download it with your account and give the file.'
      )
    case 404:
      return `${name} does not exist (404). Check the spelling, the revision, and whether it was renamed.`
    case 429:
      return `${name}: the server takes no more requests for now (429). ${waitText(headers.get('retry-after'))}`
    default:
      return status >= 500
        ? `${name}: the server has a fault of its own (${status}). Try again later, or give a downloaded file.`
        : `${name} cannot be had: the server answers ${status}. Give a downloaded file instead.`
  }
}

/** `Retry-After` is in seconds or a date. */
function waitText(retryAfter: string | null): string {
  const seconds = Number(retryAfter)
  if (retryAfter === null || retryAfter.trim() === '') return 'Try again in a few minutes.'
  return Number.isFinite(seconds) ? `Try again in ${seconds} seconds.` : `Try again after ${retryAfter}.`
}
