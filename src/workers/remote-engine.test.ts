/** An engine behind a port: the laws of every engine, and what a port adds to them. */
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { describeEngine } from '../engine/conformance.ts'
import type { Engine, SampleOptions } from '../engine/engine.ts'
import { ModelFileError } from '../engine/engine.ts'
import { randomTokens, startWasm, tinyAdapter, tinySource } from '../engine/llama/testing.ts'
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts'
import { smallTokenizer, smallTokenizerConfig } from '../engine/tokenizer/small-tokenizer.fixture.ts'
import { fakeEngine } from '../mlpo/testing/fake-engine.ts'
import { serveEngine } from './engine-server.ts'
import { connectEngine, type TextCodec } from './remote-engine.ts'

const codec: TextCodec = {
  encode: (text) => [...text].map((letter) => letter.charCodeAt(0) % 97),
  decode: (ids) => ids.join(' '),
  render: (messages) => messages.flatMap(({ content }) => codec.encode(content)),
}

async function behindPort(engine: Engine): Promise<Engine> {
  const { port1, port2 } = new MessageChannel()
  const connected = connectEngine(port1, { codecFor: () => engine })
  serveEngine(engine, port2, { tokenizer: null, tokenizerConfig: null, fingerprint: 'f', library: null })
  return (await connected).engine
}

describeEngine(vitest, 'tfjs in another worker', async () => ({
  engine: await behindPort(
    await createTfjsEngine({ source: tinySource(), tokenizer: codec, kernels: await startWasm() }),
  ),
  prompts: [5, 9, 17].map((length, index) => randomTokens(length, 97, 31, index)),
  adapter: tinyAdapter(),
  tolerance: 2e-5,
}))

const options: SampleOptions = { maxTokens: 8, temperature: 1, seed: 3 }
const request = { id: 'a', prompt: [65], count: 2 }

describe('an engine behind a port', () => {
  it('says what the engine is, and shares no weights', async () => {
    const engine = fakeEngine('peer')
    const remote = await behindPort(engine)
    expect(remote.info).toEqual(engine.info)
    expect(remote.can).toEqual(engine.can)
    expect(remote.base).toBeNull()
    await remote.dispose()
  })

  it('encodes and decodes on its own side, by the files of the other', async () => {
    const { port1, port2 } = new MessageChannel()
    const connected = connectEngine(port1)
    const files = {
      tokenizer: smallTokenizer,
      tokenizerConfig: smallTokenizerConfig,
      fingerprint: 'weights-1',
      library: 'prebuilt',
    } as const
    serveEngine(fakeEngine(), port2, files)
    const { engine: remote, fingerprint, library } = await connected
    expect([fingerprint, library]).toEqual(['weights-1', 'prebuilt'])
    expect(remote.decode(remote.encode('hello 4'))).toBe('hello 4')
    expect(remote.decode(remote.render([{ role: 'user', content: 'hé' }]))).toContain('hé')
    await remote.dispose()
  })

  it('queues: the second request starts when the first is answered', async () => {
    const order: string[] = []
    const engine: Engine = {
      ...fakeEngine(),
      async sample([first], given) {
        order.push(`start ${first?.id ?? ''}`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`end ${first?.id ?? ''}`)
        given.onProgress?.(1)
        return []
      },
    }
    const remote = await behindPort(engine)
    await Promise.all(['a', 'b'].map((id) => remote.sample([{ ...request, id }], options)))
    expect(order).toEqual(['start a', 'end a', 'start b', 'end b'])
    await remote.dispose()
  })

  it('cancels what waits in the queue as well as what runs', async () => {
    const started: string[] = []
    const engine: Engine = {
      ...fakeEngine(),
      sample: ([first], { signal }) =>
        new Promise((_, reject) => {
          started.push(first?.id ?? '')
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    }
    const remote = await behindPort(engine)
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = remote.sample([{ ...request, id: 'runs' }], { ...options, signal: running.signal })
    const second = remote.sample([{ ...request, id: 'waits' }], { ...options, signal: waiting.signal })
    waiting.abort()
    running.abort()
    for (const cancelled of [first, second])
      await expect(cancelled).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(await remote.setAdapter(null)).toBe(0)
    expect(started).toEqual(['runs'])
    await remote.dispose()
  })

  it('stops the other side when nobody listens to the stream any more', async () => {
    let stopped: () => void = () => undefined
    const isStopped = new Promise<void>((resolve) => (stopped = resolve))
    const engine: Engine = {
      ...fakeEngine(),
      async *generate(_prompt, { signal }) {
        signal?.addEventListener('abort', stopped)
        for (let id = 0; signal?.aborted !== true; id++) {
          yield { id, logprob: 0 }
          await new Promise((resolve) => setImmediate(resolve))
        }
      },
    }
    const remote = await behindPort(engine)
    for await (const { id } of remote.generate([65], { ...options, id: 'a' })) if (id === 3) break
    await isStopped
    await remote.dispose()
  })

  it('throws the other side’s errors with their class and data, and goes on', async () => {
    let failures = 0
    const engine: Engine = {
      ...fakeEngine(),
      score: () => {
        failures += 1
        if (failures === 1)
          return Promise.reject(new ModelFileError('x/shard', '8 bytes', '4 bytes', 'Fetch it again.'))
        if (failures === 2) return Promise.reject(new TypeError('x is undefined'))
        return Promise.resolve([])
      },
    }
    const remote = await behindPort(engine)
    const broken = new ModelFileError('x/shard', '8 bytes', '4 bytes', 'Fetch it again.')
    await expect(remote.score([])).rejects.toEqual(broken)
    await expect(remote.score([])).rejects.toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('reload the page') as string,
      detail: expect.stringContaining('x is undefined') as string,
    })
    expect(await remote.score([])).toEqual([])
    await remote.dispose()
  })

  it('rejects what is under way when it is disposed, and whatever comes after', async () => {
    const remote = await behindPort({ ...fakeEngine(), sample: () => new Promise(() => undefined) })
    const pending = remote.sample([request], options)
    await remote.dispose()
    await expect(pending).rejects.toThrow('disposed')
    await expect(remote.score([])).rejects.toThrow('disposed')
  })

  it('answers a message that it does not understand', async () => {
    const { port1, port2 } = new MessageChannel()
    serveEngine(fakeEngine(), port2, {
      tokenizer: null,
      tokenizerConfig: null,
      fingerprint: 'f',
      library: null,
    })
    const answers: unknown[] = []
    await new Promise<void>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (answers.push(data) === 2) resolve()
      }
      port1.postMessage({ type: 'sample', call: 5, requests: 'all', options })
    })
    expect(answers[1]).toMatchObject({ type: 'failed', call: 5, error: { name: 'MessageError' } })
    port1.close()
  })
})
