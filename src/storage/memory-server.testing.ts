/** A web server in memory, for tests: files by address, byte ranges, and the ways in which servers and nets fail. */
export class MemoryServer {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Of all requests: `name`, or `name from N` for a range. */
  readonly requests: string[] = []
  readonly #breaks = new Map<string, { readonly after: number; readonly how: () => Error }>()
  knowsRanges = true
  /** Answers everything with this status; 0 = there is no server. */
  status = 200
  /** Of the answer to a range. */
  rangeOf = (start: number, size: number): string | null => `bytes ${start}-${size - 1}/${size}`

  /** The next answer with this file ends so, after so many bytes. */
  breakAt(name: string, after: number, how: () => Error = () => new TypeError('network error')): void {
    this.#breaks.set(name, { after, how })
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const address = new Request(input).url
    const name = address.slice(address.lastIndexOf('/') + 1)
    const [, digits] = /^bytes=(\d+)-$/.exec(new Headers(init?.headers).get('range') ?? '') ?? []
    this.requests.push(digits === undefined ? name : `${name} from ${digits}`)
    const file = this.files.get(address)
    if (this.status === 0) throw new TypeError('Failed to fetch')
    if (this.status !== 200) return new Response('', { status: this.status })
    if (file === undefined) return new Response('', { status: 404 })
    const start = this.knowsRanges ? Number(digits ?? 0) : 0
    if (start >= file.length && start > 0) return new Response('', { status: 416 })
    const range = this.rangeOf(start, file.length)
    return new Response(this.#body(name, file.slice(start)), {
      status: start > 0 ? 206 : 200,
      headers: { ...(start > 0 && range !== null && { 'content-range': range }) },
    })
  }

  /** In chunks of ten bytes, so that there is a middle. */
  #body(name: string, bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
    const fault = this.#breaks.get(name)
    this.#breaks.delete(name)
    const end = fault?.after ?? bytes.length
    let at = 0
    return new ReadableStream({
      pull(controller) {
        if (at < Math.min(end, bytes.length)) {
          const to = Math.min(at + 10, end, bytes.length)
          controller.enqueue(bytes.slice(at, to))
          at = to
        } else if (fault !== undefined) controller.error(fault.how())
        else controller.close()
      },
    })
  }
}
