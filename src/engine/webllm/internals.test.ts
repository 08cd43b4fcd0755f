/** What is private in WebLLM may be gone in another version: then the first use says so. */
import type { MLCEngine } from '@mlc-ai/web-llm'
import { expect, it } from 'vitest'
import { WebLlmInternals, WebLlmInternalsError } from './internals.ts'

function engineWith(fields: object): MLCEngine {
  return fields as unknown as MLCEngine
}

it('names what it cannot find in WebLLM', () => {
  const open = (fields: object) => () => new WebLlmInternals(engineWith(fields), 'leader')
  expect(open({})).toThrow(WebLlmInternalsError)
  expect(open({ loadedModelIdToPipeline: new Map() })).toThrow('the loaded model cannot be found')
  const pipeline = {
    tvm: {},
    vm: {},
    params: {},
    device: {},
    kvCache: {},
    prefillChunkSize: 1,
    embed: () => 0,
  }
  expect(open({ loadedModelIdToPipeline: new Map([['leader', pipeline]]) })).toThrow(
    'no fKVCacheBeginForward, fKVCacheEndForward, filledKVCacheLength',
  )
})
