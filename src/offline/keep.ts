/**
 * What the service worker does, as functions of a cache and a network. All files of one build are kept under one name
 * and taken from there; anything else of this site is fetched and kept when it is used (WebLLM, whose engine is large).
 * Models from elsewhere are none of its business: the app stores those by itself.
 */

import { pageCachePrefix } from '../common/stored-names.ts'

/** Written by the build as `precache.json`; addresses are relative to the page. */
export interface KeptFiles {
  /** Changes with any byte of any file. */
  readonly version: string
  readonly files: readonly string[]
}

/** Without them there is no SharedArrayBuffer; not every host can send them. */
const isolation: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export interface Site {
  readonly caches: CacheStorage
  readonly fetch: (request: RequestInfo, init?: RequestInit) => Promise<Response>
  /** Address of the page, with its closing slash. */
  readonly scope: string
}

/** @throws what cannot be fetched: then this build is not installed, and the one before it stays */
export async function install({ caches, fetch, scope }: Site, { version, files }: KeptFiles): Promise<void> {
  const cache = await caches.open(cacheName(scope, version))
  for (const file of files) {
    const address = new URL(file, scope).href
    if ((await cache.match(address)) !== undefined) continue
    const response = await fetch(address, { cache: 'no-cache' })
    if (!response.ok) throw new FileNotKeptError(address, response.status)
    await cache.put(address, response)
  }
}

/** Builds before this one go; no page of theirs is open any more. */
export async function removeOlder(
  { caches, scope }: Pick<Site, 'caches' | 'scope'>,
  version: string,
): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(cacheName(scope, '')) && name !== cacheName(scope, version)) await caches.delete(name)
}

/** A host may have the app twice, below two paths; neither removes what the other keeps. */
function cacheName(scope: string, version: string): string {
  return `${pageCachePrefix}${new URL(scope).pathname}@${version}`
}

/** Whether `answer` is for this request. */
export function isOurs({ method, url }: Request, scope: string): boolean {
  return ['GET', 'HEAD'].includes(method) && url.startsWith(scope)
}

export async function answer(site: Site, version: string, request: Request): Promise<Response> {
  const cache = await site.caches.open(cacheName(site.scope, version))
  return request.mode === 'navigate' ? page(site, { cache, request }) : file(site, { cache, request })
}

interface Asked {
  readonly cache: Cache
  readonly request: Request
}

/** The newest page there is; without a network the kept one, whatever place of the app is asked for. */
async function page({ fetch, scope }: Site, { cache, request }: Asked): Promise<Response> {
  try {
    return isolated(await fetch(request))
  } catch (error) {
    const kept = await cache.match(new URL('index.html', scope).href)
    if (kept === undefined) throw error
    return isolated(kept)
  }
}

async function file({ fetch }: Site, { cache, request }: Asked): Promise<Response> {
  const kept = await cache.match(request.url.split(/[?#]/)[0] ?? request.url)
  const range = request.headers.get('range')
  if (kept !== undefined && request.method === 'HEAD') return headOf(kept)
  if (kept !== undefined) return isolated(range === null ? kept : await part(kept, range))
  const response = await fetch(request)
  if (request.method === 'GET' && response.status === 200 && response.type === 'basic')
    await cache.put(request.url, response.clone())
  return isolated(response)
}

async function headOf(kept: Response): Promise<Response> {
  const headers = new Headers(kept.headers)
  headers.set('Content-Length', String((await kept.blob()).size))
  headers.delete('Content-Encoding')
  return isolated(new Response(null, { headers }))
}

/** Of a kept file, as a host answers `bytes=5-` and `bytes=5-9`; the whole where it is asked otherwise. */
async function part(kept: Response, range: string): Promise<Response> {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  if (from === undefined) return kept
  const whole = await kept.blob()
  const start = Number(from)
  const end = to === undefined || to === '' ? whole.size : Math.min(whole.size, Number(to) + 1)
  if (start >= end)
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${whole.size}` } })
  const headers = new Headers(kept.headers)
  headers.set('Content-Range', `bytes ${start}-${end - 1}/${whole.size}`)
  headers.set('Content-Length', String(end - start))
  return new Response(whole.slice(start, end), { status: 206, headers })
}

/** With the headers that the host left out. */
function isolated(response: Response): Response {
  if (response.status === 0 || Object.keys(isolation).every((name) => response.headers.has(name)))
    return response
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value)
  const { status, statusText } = response
  const body = status === 204 || status === 304 ? null : response.body
  return new Response(body, { status, statusText, headers })
}

/** A file of the build that the host did not give. */
export class FileNotKeptError extends Error {
  override readonly name = 'FileNotKeptError'
  constructor(
    readonly address: string,
    readonly status: number,
  ) {
    super(`${address} could not be kept for use without a network: the server answered ${status}.`)
  }
}
