/**
 * The laws that every engine keeps, as one suite: an engine's own test file calls `describeEngine` with its test runner
 * (vitest, or Playwright for an engine that needs a browser) and a way to make it. Whatever an engine says it cannot do
 * is skipped by name.
 */
import type { Adapter, Engine, SampleOptions, SampleRequest, TokenIds } from './engine.ts'
import { PromptTooLongError, TokenOutOfRangeError } from './engine.ts'

export interface EngineUnderTest {
  readonly engine: Engine
  /** At least three different ones, each leaving room for 16 tokens. */
  readonly prompts: readonly TokenIds[]
  /** One that changes the model's answers; null where the engine takes none. */
  readonly adapter: Adapter | null
  /** Allowed difference between a reported and a scored log-probability, nats. */
  readonly tolerance: number
}

/** What both runners have. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
  beforeAll(body: () => Promise<void>): void
  afterAll(body: () => Promise<void>): void
  readonly expect: (actual: unknown) => Matchers
}
interface Matchers {
  readonly not: { toEqual(expected: unknown): void }
  readonly rejects: {
    toThrow(expected: abstract new (...args: never[]) => Error): Promise<void>
    toMatchObject(expected: object): Promise<void>
  }
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toBeGreaterThan(expected: number): void
  toBeLessThan(expected: number): void
  toBeLessThanOrEqual(expected: number): void
}

const plain: SampleOptions = { maxTokens: 12, temperature: 1, seed: 7 }

function requestsFor(prompts: readonly TokenIds[], count: number): SampleRequest[] {
  return prompts.map((prompt, index) => ({ id: `prompt-${index}`, prompt, count }))
}

export function describeEngine(
  { describe, it, beforeAll, afterAll, expect }: TestRunner,
  name: string,
  make: () => Promise<EngineUnderTest>,
): void {
  describe(`${name}, as an engine`, () => {
    let under: EngineUnderTest
    let engine: Engine
    let requests: SampleRequest[]
    beforeAll(async () => {
      under = await make()
      engine = under.engine
      requests = requestsFor(under.prompts, 3)
    })
    afterAll(() => engine.dispose())
    const idsOf = async (asked: readonly SampleRequest[], options: SampleOptions) =>
      (await engine.sample(asked, options)).map((group) => group.map(({ ids }) => ids))

    it('draws the same sample again', async () => {
      expect(await idsOf(requests, plain)).toEqual(await idsOf(requests, plain))
    })

    it('draws another sample for another seed, id or index', async () => {
      const [group] = await idsOf(requests.slice(0, 1), plain)
      expect(new Set(group?.map((ids) => ids.join())).size).toBeGreaterThan(1)
      expect(await idsOf(requests.slice(0, 1), { ...plain, seed: 8 })).not.toEqual([group])
      const renamed = requests.slice(0, 1).map((request) => ({ ...request, id: 'renamed' }))
      expect(await idsOf(renamed, plain)).not.toEqual([group])
    })

    it('draws a sample that does not depend on the batch or the order', async () => {
      const together = await idsOf(requests, plain)
      const reversed = await idsOf([...requests].reverse(), plain)
      expect(reversed.reverse()).toEqual(together)
      for (const [index, request] of requests.entries()) {
        const alone = await idsOf([{ ...request, count: 1, firstIndex: 2 }], plain)
        expect(alone[0]?.[0]).toEqual(together[index]?.[2])
      }
    })

    it('streams what it samples', async () => {
      const request = requests[1]
      if (request === undefined) throw new RangeError('Three prompts are needed.')
      const [[sampled] = []] = await engine.sample([{ ...request, count: 1 }], plain)
      const streamed: number[] = []
      for await (const { id } of engine.generate(request.prompt, { ...plain, id: request.id }))
        streamed.push(id)
      expect(streamed).toEqual(sampled?.ids)
    })

    it('scores a sample as it reported it', async () => {
      if (!engine.can.score) return
      const groups = await engine.sample(requests, plain)
      for (const [index, group] of groups.entries()) {
        const pairs = group.map(({ ids }) => ({ prompt: requests[index]?.prompt ?? [], completion: ids }))
        const scores = await engine.score(pairs)
        for (const [c, { logprobs }] of group.entries())
          for (const [t, logprob] of logprobs.entries())
            expect(Math.abs(logprob - (scores[c]?.[t] ?? NaN))).toBeLessThan(under.tolerance)
      }
    })

    it('is greedy at temperature 0 and with one candidate, whatever the seed', async () => {
      const greedy = await idsOf(requests, { ...plain, temperature: 0 })
      expect(await idsOf(requests, { ...plain, temperature: 0, seed: 99 })).toEqual(greedy)
      expect(await idsOf(requests, { ...plain, topK: 1, seed: 99 })).toEqual(greedy)
      expect(await idsOf(requests, { ...plain, minP: 1 })).toEqual(greedy)
      expect(await idsOf(requests, { ...plain, topP: 1e-9 })).toEqual(greedy)
    })

    it('stops at maxTokens and says so', async () => {
      const groups = await engine.sample(requests, { ...plain, maxTokens: 3 })
      for (const { ids, logprobs, finish } of groups.flat()) {
        expect(ids.length).toBeLessThanOrEqual(3)
        expect(logprobs.length).toBe(ids.length)
        if (finish === 'length') expect(ids.length).toBe(3)
      }
    })

    it('starts a longer sample with the shorter one', async () => {
      const short = await idsOf(requests, { ...plain, maxTokens: 4 })
      const long = await idsOf(requests, plain)
      expect(long.map((group) => group.map((ids) => ids.slice(0, 4)))).toEqual(short)
    })

    it('stops when cancelled, and then goes on as if nothing had happened', async () => {
      const before = await idsOf(requests, plain)
      const controller = new AbortController()
      const cancelled = engine.sample(requests, {
        ...plain,
        signal: controller.signal,
        onProgress: () => controller.abort(),
      })
      await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
      expect(await idsOf(requests, plain)).toEqual(before)
    })

    it('refuses a prompt that fills the context, and tokens that it does not know', async () => {
      const { contextLength, vocabularySize } = engine.info
      const long = new Array<number>(contextLength).fill(under.prompts[0]?.[0] ?? 0)
      await expect(engine.sample(requestsFor([long], 1), plain)).rejects.toThrow(PromptTooLongError)
      const stream = engine.generate(long, { ...plain, id: 'x' })[Symbol.asyncIterator]()
      await expect(stream.next()).rejects.toThrow(PromptTooLongError)
      await expect(engine.sample(requestsFor([[vocabularySize]], 1), plain)).rejects.toThrow(
        TokenOutOfRangeError,
      )
      await expect(engine.sample(requestsFor([[-1]], 1), plain)).rejects.toThrow(TokenOutOfRangeError)
    })

    it('is the base model again, bit for bit, once the adapter is off', async () => {
      const { adapter } = under
      if (adapter === null) return
      const base = await engine.sample(requests, plain)
      const [before] = base.flat()
      const version = await engine.setAdapter(adapter)
      const adapted = await engine.sample(requests, plain)
      expect(adapted.flat().map(({ ids }) => ids)).not.toEqual(base.flat().map(({ ids }) => ids))
      expect(adapted.flat()[0]?.adapterVersion).toBe(version)
      expect(version).toBeGreaterThan(before?.adapterVersion ?? 0)
      const off = await engine.setAdapter(null)
      const again = await engine.sample(requests, plain)
      expect(off).toBeGreaterThan(version)
      const rows = (groups: typeof base) => groups.flat().map(({ ids, logprobs }) => ({ ids, logprobs }))
      expect(rows(again)).toEqual(rows(base))
    })
  })
}
