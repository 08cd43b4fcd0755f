/**
 * MLC's layout, the one that WebLLM loads: `mlc-chat-config.json`, `tensor-cache.json` and shards. Fused matrices
 * (q, k, v in one; gate and up in one) come apart into Hugging Face names; q4f16_1 and q4f32_1 are de-quantised.
 * A shard is read whole and compared with the manifest's MD5 where it has one.
 */
import * as v from 'valibot'
import { MLC_CONFIG, MLC_MANIFEST } from '../../common/mlc-layout.ts'
import { ModelFileError } from '../engine.ts'
import type { LlamaConfig, ModelSource } from '../llama/config.ts'
import { fetchAgain, type FileAccess } from './file-access.ts'
import { readFolderTexts } from './folder-texts.ts'
import { md5 } from './md5.ts'
import { decodePart, locateParts, type MlcRecord } from './mlc-tensors.ts'
import { endTokenField, parseModelConfig, tokenList } from './model-config.ts'
import { expectedShapes, modelId, modelSource } from './model-source.ts'
import { readJson } from './read-json.ts'

const configSchema = v.object({
  model_type: v.string(),
  model_config: v.looseObject({}),
  context_window_size: v.number(),
  eos_token_id: endTokenField,
  conv_template: v.nullish(v.object({ stop_token_ids: v.nullish(v.array(v.number()), []) }), null),
})

const manifestSchema = v.object({
  records: v.array(
    v.object({
      dataPath: v.string(),
      nbytes: v.number(),
      md5sum: v.nullish(v.string(), null),
      records: v.array(
        v.object({
          name: v.string(),
          shape: v.array(v.number()),
          dtype: v.string(),
          format: v.nullish(v.string(), 'raw'),
          nbytes: v.number(),
          byteOffset: v.number(),
        }),
      ),
    }),
  ),
})
type Shard = v.InferOutput<typeof manifestSchema>['records'][number]

export async function openMlcFolder(
  files: FileAccess,
  { id = modelId(files.location) }: { id?: string } = {},
): Promise<ModelSource> {
  const config = await readMlcModelConfig(files)
  const { records: shards } = await readJson(files, MLC_MANIFEST, manifestSchema)
  const stored = new Map<string, MlcRecord>()
  for (const shard of shards) {
    await checkShardSize(files, shard)
    for (const record of shard.records) {
      checkRange(files.path(shard.dataPath), record, shard.nbytes)
      stored.set(record.name, { ...record, shard: shard.dataPath })
    }
  }
  const pathOf = (shard: string) => files.path(shard)
  const parts = locateParts(config, stored, { manifest: files.path(MLC_MANIFEST), pathOf })
  const readShard = shardReader(files, shards)
  const part = (name: string) => {
    const found = parts.get(name)
    if (!found) throw new ModelFileError(files.path(MLC_MANIFEST), `tensor ${name}`, 'none')
    return found
  }
  return modelSource({
    id,
    config,
    weightBytes: shards.reduce((sum, shard) => sum + shard.nbytes, 0),
    shapes: expectedShapes(config),
    pathOf: (name) => pathOf(part(name).matrix.values.shard),
    async read(name) {
      const found = part(name)
      const values = await readShard(found.matrix.values.shard)
      const scales = found.matrix.kind === 'plain' ? values : await readShard(found.matrix.scales.shard)
      return decodePart(found, { values, scales })
    },
    ...(await readFolderTexts(files)),
  })
}

/** What the model is made of, without opening its weights. */
export async function readMlcModelConfig(files: FileAccess): Promise<LlamaConfig> {
  const raw = await readJson(files, MLC_CONFIG, configSchema)
  const { model_type, context_window_size } = raw
  const endTokens = [...tokenList(raw.eos_token_id), ...(raw.conv_template?.stop_token_ids ?? [])]
  // The outer context window is what WebLLM uses; the inner one is what the library was compiled for.
  const merged = { ...raw.model_config, model_type, context_window_size, eos_token_id: null }
  return parseModelConfig(files.path(MLC_CONFIG), merged, endTokens)
}

async function checkShardSize(files: FileAccess, { dataPath, nbytes }: Shard): Promise<void> {
  const size = await files.size(dataPath)
  if (size === nbytes || (size === null && (await files.exists(dataPath)))) return
  const found = size === null ? 'no such file' : `${size} bytes`
  throw new ModelFileError(
    files.path(dataPath),
    `a shard of ${nbytes} bytes (by ${MLC_MANIFEST})`,
    found,
    fetchAgain,
  )
}

function checkRange(path: string, record: Shard['records'][number], shardBytes: number): void {
  const end = record.byteOffset + record.nbytes
  if (record.byteOffset >= 0 && record.nbytes >= 0 && end <= shardBytes) return
  const found = `bytes ${record.byteOffset} to ${end}`
  throw new ModelFileError(path, `tensor ${record.name} within ${shardBytes} bytes`, found)
}

/** A shard by its entry in the manifest, compared with that. */
export async function readWholeShard(
  files: FileAccess,
  { dataPath, nbytes, md5sum }: Pick<Shard, 'dataPath' | 'nbytes' | 'md5sum'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await files.read(dataPath)
  if (bytes.length !== nbytes) {
    throw new ModelFileError(files.path(dataPath), `${nbytes} bytes`, `${bytes.length} bytes`, fetchAgain)
  }
  const hash = md5sum === null ? null : md5(bytes)
  if (hash !== md5sum)
    throw new ModelFileError(files.path(dataPath), `MD5 ${md5sum}`, String(hash), fetchAgain)
  return bytes
}

/** Shards by name, each verified once per read; the last two are kept, because weights and scales may alternate. */
function shardReader(files: FileAccess, shards: readonly Shard[]): (name: string) => Promise<Uint8Array> {
  const kept = new Map<string, Promise<Uint8Array>>()
  const load = async (name: string): Promise<Uint8Array> => {
    const shard = shards.find(({ dataPath }) => dataPath === name)
    if (shard === undefined) throw new ModelFileError(files.path(MLC_MANIFEST), `shard ${name}`, 'none')
    return readWholeShard(files, shard)
  }
  return (name) => {
    const bytes = kept.get(name) ?? load(name)
    kept.delete(name)
    kept.set(name, bytes)
    for (const oldest of [...kept.keys()].slice(0, -2)) kept.delete(oldest)
    bytes.catch(() => kept.delete(name))
    return bytes
  }
}
