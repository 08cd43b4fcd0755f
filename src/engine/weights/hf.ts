/**
 * A Hugging Face folder: `config.json`, `model.safetensors` (or shards with an index), `tokenizer.json`. This is the
 * source of truth for the embedded models. PyTorch `.bin` files and quantised weights are refused.
 */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import type { FileAccess } from './file-access.ts'
import { readFolderTexts, specialTokenId } from './folder-texts.ts'
import { endTokenField, parseModelConfig, tokenList } from './model-config.ts'
import { expectedShapes, modelId, modelSource } from './model-source.ts'
import { readJson } from './read-json.ts'
import { checkDtype, openSafetensors, type SafetensorsFile } from './safetensors.ts'

const WHOLE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'

const generationSchema = v.object({ eos_token_id: endTokenField })
const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) })

export async function openHuggingFaceFolder(
  files: FileAccess,
  { id = modelId(files.location) }: { id?: string } = {},
): Promise<ModelSource> {
  const raw = await readJson(files, 'config.json', v.unknown())
  const texts = await readFolderTexts(files)
  // A chat model's config often names only the end of text; its tokenizer's `eos_token` is the end of a turn.
  const endOfTurn = specialTokenId(texts, 'eos_token')
  const endTokens = [...(await readGenerationEndTokens(files)), ...(endOfTurn === null ? [] : [endOfTurn])]
  const config = parseModelConfig(files.path('config.json'), raw, endTokens)
  const weights = await openWeights(files)
  for (const name of expectedShapes(config).keys()) {
    const tensor = weights.get(name)
    if (tensor) checkDtype(tensor.path, name, tensor.tensors.get(name)?.dtype ?? 'none')
  }
  const shapes = new Map(
    [...weights].map(([name, file]) => [name, file.tensors.get(name)?.shape ?? []] as const),
  )
  const fallbackPath = files.path(WHOLE)
  return modelSource({
    id,
    config,
    shapes,
    weightBytes: [...weights].reduce(
      (sum, [name, file]) => sum + (file.tensors.get(name)?.byteLength ?? 0),
      0,
    ),
    pathOf: (name) => weights.get(name)?.path ?? fallbackPath,
    read: (name) => {
      const file = weights.get(name)
      if (!file) throw new ModelFileError(fallbackPath, `tensor ${name}`, 'none')
      return file.read(name)
    },
    ...texts,
  })
}

/** Which file holds which tensor; every file's header is read and checked. */
async function openWeights(files: FileAccess): Promise<Map<string, SafetensorsFile>> {
  if (await files.exists(WHOLE)) {
    const file = await openSafetensors(files, WHOLE)
    return new Map([...file.tensors.keys()].map((name) => [name, file]))
  }
  if (!(await files.exists(INDEX))) throw new ModelFileError(files.path(WHOLE), 'the weights', 'no such file')
  const { weight_map: map } = await readJson(files, INDEX, indexSchema)
  const shards = new Map<string, SafetensorsFile>()
  for (const shard of new Set(Object.values(map))) shards.set(shard, await openSafetensors(files, shard))
  const weights = new Map<string, SafetensorsFile>()
  for (const [name, shard] of Object.entries(map)) {
    const file = shards.get(shard)
    if (!file?.tensors.has(name))
      throw new ModelFileError(files.path(shard), `tensor ${name} (by ${INDEX})`, 'none')
    weights.set(name, file)
  }
  return weights
}

async function readGenerationEndTokens(files: FileAccess): Promise<readonly number[]> {
  if (!(await files.exists('generation_config.json'))) return []
  return tokenList((await readJson(files, 'generation_config.json', generationSchema)).eos_token_id)
}
