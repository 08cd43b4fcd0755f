/**
 * The readers against a real model: SmolLM2-135M-Instruct as a Q4_1 GGUF (98 MB, Apache-2.0). It is not in the
 * repository: set LEADER_LAB_SMOLLM2 to a folder that has SmolLM2-135M-Instruct.Q4_1.gguf.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { createChatTemplate } from '../tokenizer/chat-template.ts'
import { createTokenizer } from '../tokenizer/tokenizer.ts'
import { convTemplatePieces, deriveConvTemplate } from './conv-template.ts'
import { diskFolder } from './disk.fixture.ts'
import { openGguf } from './gguf.ts'

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf'
const folder = process.env['LEADER_LAB_SMOLLM2'] ?? ''
const reason = folder === '' ? 'LEADER_LAB_SMOLLM2 is not set' : `${folder} has no ${FILE}`
const isMissing = !existsSync(join(folder, FILE))
if (isMissing) console.warn(`SmolLM2 tests skipped: ${reason}.`)

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const tensorSchema = v.object({
  tensors: v.record(v.string(), v.object({ sha256_float32_le: v.string() })),
  fileRowOfHeadRow: v.array(v.number()),
})
const message = v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() })
const ids = v.array(v.number())
const tokenSchema = v.object({
  texts: v.array(v.object({ name: v.string(), text: v.string(), ids, decoded: v.string() })),
  prompts: v.array(v.object({ name: v.string(), messages: v.array(message), ids })),
})
const { texts, prompts } = v.parse(tokenSchema, read('../tokenizer/fixtures/smollm2-tokens.json'))

describe.skipIf(isMissing)('SmolLM2-135M-Instruct', async () => {
  const source = isMissing ? null : await openGguf(await diskFolder(folder), FILE)
  if (!source) return
  const tokenizer = createTokenizer(source)

  test('has its published dimensions', () => {
    expect(source.config).toEqual({
      architecture: 'llama',
      vocabularySize: 49152,
      hiddenSize: 576,
      intermediateSize: 1536,
      layerCount: 30,
      headCount: 9,
      keyValueHeadCount: 3,
      headSize: 64,
      contextLength: 8192,
      normEpsilon: 1e-5,
      rope: { theta: 100000, llama3: null },
      tiedHead: true,
      attentionBias: false,
      queryKeyNorm: false,
      endTokens: [2],
    })
    expect(source.licence).toBe('apache-2.0')
  })

  const { tensors, fileRowOfHeadRow } = v.parse(tensorSchema, read('fixtures/smollm2-tensors.json'))
  const names: Readonly<Record<string, string>> = {
    'token_embd.weight': 'model.embed_tokens.weight',
    'blk.0.attn_q.weight': 'model.layers.0.self_attn.q_proj.weight',
    'blk.0.attn_k.weight': 'model.layers.0.self_attn.k_proj.weight',
    'blk.0.ffn_down.weight': 'model.layers.0.mlp.down_proj.weight',
    'blk.29.attn_v.weight': 'model.layers.29.self_attn.v_proj.weight',
    'blk.29.ffn_gate.weight': 'model.layers.29.mlp.gate_proj.weight',
    'output_norm.weight': 'model.norm.weight',
  }
  test.each(Object.entries(tensors))('%s is de-quantised bit for bit', async (ggufName, expected) => {
    const values = await source.tensor(names[ggufName] ?? ggufName)
    const inFileOrder = /attn_[qk]/.test(ggufName) ? shuffleRows(values, fileRowOfHeadRow) : values
    const bytes = new Uint8Array(inFileOrder.buffer, inFileOrder.byteOffset, inFileOrder.byteLength)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.sha256_float32_le)
  })

  test.each(texts)('encodes and decodes: $name', ({ text, ids, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(ids)
    expect(tokenizer.decode(ids)).toBe(decoded)
  })

  test.each(prompts)('renders: $name', ({ messages, ids }) => {
    expect(tokenizer.render(messages)).toEqual(ids)
    const template = createChatTemplate(source.tokenizerConfig, source.id)
    const pieces = convTemplatePieces(
      deriveConvTemplate(template, { model: source.id, stopTokens: source.config.endTokens }),
      messages,
    )
    expect(pieces.flatMap((piece) => tokenizer.encode(piece))).toEqual(ids)
  })
})

/** Back into the file's order: row h of a head came from file row `fileRowOfHeadRow[h]`. */
function shuffleRows(values: Float32Array, fileRowOfHeadRow: readonly number[]): Float32Array {
  const columns = 576
  const headSize = fileRowOfHeadRow.length
  const shuffled = new Float32Array(values.length)
  for (let row = 0; row < values.length / columns; row++) {
    const target = row - (row % headSize) + (fileRowOfHeadRow[row % headSize] ?? 0)
    shuffled.set(values.subarray(row * columns, (row + 1) * columns), target * columns)
  }
  return shuffled
}
