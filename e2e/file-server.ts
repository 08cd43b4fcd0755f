/**
 * Another web server for the tests: model folders of the built app as somebody else's site has them, on a net that can
 * stall in the middle of a file, and break.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../dist/models/', import.meta.url))

export class FileServer {
  /** `method name`, and the range where one was asked for. */
  readonly requests: string[] = []
  #stall: { readonly file: string; readonly afterBytes: number } | null = null
  readonly #server: Server

  private constructor() {
    this.#server = createServer(({ method = '', url = '', headers }, response) => {
      const name = url.slice(url.lastIndexOf('/') + 1)
      this.requests.push([method, name, headers.range ?? ''].join(' ').trimEnd())
      this.#answer(url, headers.range, response)
    })
  }

  static async start(): Promise<FileServer> {
    const files = new FileServer()
    await new Promise<void>((resolve) => files.#server.listen(0, '127.0.0.1', resolve))
    return files
  }

  /** Address of a model's folder. */
  folder(model: string): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/${model}/`
  }

  /** The next answer with that file stops there, and its connection stays open. */
  stallIn(file: string, afterBytes: number): void {
    this.#stall = { file, afterBytes }
  }

  breakConnections(): void {
    this.#server.closeAllConnections()
  }

  stop(): void {
    this.#server.close()
    this.breakConnections()
  }

  #answer(url: string, range: string | undefined, response: ServerResponse): void {
    const file = modelFile(url)
    const headers = { 'access-control-allow-origin': '*' }
    if (file === null) return void response.writeHead(404, headers).end()
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const bytes = file.subarray(start)
    response.writeHead(range === undefined ? 200 : 206, { ...headers, 'content-length': bytes.length })
    const stall = this.#stall
    if (stall === null || !url.endsWith(`/${stall.file}`)) return void response.end(bytes)
    this.#stall = null
    response.write(bytes.subarray(0, stall.afterBytes))
  }
}

/** `path` ends with `model/resolve/main/name`; null where there is no such file. */
export function modelFile(path: string): Buffer | null {
  try {
    return readFileSync(`${built}${path.split('/').slice(-4).join('/')}`)
  } catch {
    return null
  }
}
