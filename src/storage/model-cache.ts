/**
 * One model in WebLLM's caches. Each stored answer says how long it is and which MD5 it has, so that what is there can be
 * listed and compared without reading it.
 */
import { cacheOf, configCache, filesPath, libraryCache, modelCache } from '../common/mlc-layout.ts'

/** What we use of a `Cache`. */
export interface AnswerCache {
  match(address: string): Promise<Response | undefined>
  put(address: string, answer: Response): Promise<void>
  delete(address: string): Promise<boolean>
  keys(): Promise<readonly { readonly url: string }[]>
}

/** What we use of `caches`. */
export interface Caches {
  open(name: string): Promise<AnswerCache>
  keys(): Promise<readonly string[]>
  delete(name: string): Promise<boolean>
}

/** All that WebLLM has. */
export const cacheNames = [modelCache, configCache, libraryCache] as const

export interface ModelCache {
  match(name: string): Promise<Response | undefined>
  put(
    name: string,
    body: Uint8Array<ArrayBuffer> | Blob,
    tag?: { readonly md5: string | null },
  ): Promise<void>
  delete(name: string): Promise<void>
  /** Of all files that are there. */
  names(): Promise<ReadonlySet<string>>
}

/** `folder` ends with a slash and has `resolve/main/` in it. */
export function modelCacheOf(folder: string, caches: Caches): ModelCache {
  const address = (name: string) => `${folder}${filesPath}${name}`
  return {
    match: async (name) => (await caches.open(cacheOf(name))).match(address(name)),
    async put(name, body, { md5 } = { md5: null }) {
      const bytes = body instanceof Blob ? body.size : body.length
      const headers = { 'content-length': String(bytes), ...(md5 !== null && { etag: `"${md5}"` }) }
      await (await caches.open(cacheOf(name))).put(address(name), new Response(body, { headers }))
    },
    async delete(name) {
      await (await caches.open(cacheOf(name))).delete(address(name))
    },
    async names() {
      const names = new Set<string>()
      for (const cache of [modelCache, configCache])
        for (const { url } of await (await caches.open(cache)).keys())
          if (url.startsWith(address(''))) names.add(url.slice(address('').length))
      return names
    },
  }
}

/** 0 where the answer does not say. */
export function bytesOf(answer: Response | undefined): number {
  return Number(answer?.headers.get('content-length') ?? 0)
}

export function hasMd5(answer: Response, md5: string): boolean {
  return answer.headers.get('etag') === `"${md5}"`
}
