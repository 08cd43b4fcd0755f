import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { smallFolder } from '../src/engine/weights/small-model.fixture.ts'
import { bundleForNode } from './bundle-node.mjs'

it('derives what WebLLM needs from a Hugging Face folder on disk', async () => {
  const bundle = await bundleForNode('scripts/derive-models.ts', '.cache/derive-models')
  const folder = mkdtempSync(join(tmpdir(), 'leader-lab-'))
  try {
    const from = join(folder, 'small')
    const to = join(from, 'resolve/main')
    mkdirSync(from)
    const model = smallFolder()
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'])
      writeFileSync(join(from, name), await model.read(name))
    execFileSync(process.execPath, [bundle, from, to])
    expect(readdirSync(to)).toEqual(
      expect.arrayContaining([
        'mlc-chat-config.json',
        'tensor-cache.json',
        'params_shard_0.bin',
        'tokenizer.json',
      ]),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
