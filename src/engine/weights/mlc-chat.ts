/**
 * A folder in MLC's layout whose architecture we cannot compute: what is needed to talk with the model, and nothing
 * about its tensors. WebLLM's own library for it knows the rest.
 */
import * as v from 'valibot'
import { MLC_CONFIG, MLC_MANIFEST } from '../../common/mlc-layout.ts'
import type { CatalogModel } from '../catalog.ts'
import type { ChatModel } from '../chat-model.ts'
import { contextLengthFor, type ContextWish } from '../context-length.ts'
import type { FileAccess } from './file-access.ts'
import { readFolderTexts } from './folder-texts.ts'
import { endTokenField, tokenList } from './model-config.ts'
import { readJson } from './read-json.ts'

const configSchema = v.object({
  model_type: v.string(),
  vocab_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** -1 in a model with a sliding window, which is loaded without one. */
  context_window_size: v.pipe(v.number(), v.integer()),
  eos_token_id: endTokenField,
  conv_template: v.nullish(v.object({ stop_token_ids: v.nullish(v.array(v.number()), []) }), null),
})
const manifestSchema = v.object({ records: v.array(v.object({ nbytes: v.number() })) })

/** @throws ModelFileError, ContextLengthError */
export async function openMlcChat(
  files: FileAccess,
  {
    id,
    entry,
    ...context
  }: { readonly id: string; readonly entry: CatalogModel } & Pick<ContextWish, 'asked' | 'most'>,
): Promise<ChatModel> {
  const raw = await readJson(files, MLC_CONFIG, configSchema)
  const { records } = await readJson(files, MLC_MANIFEST, manifestSchema)
  const { tokenizer, tokenizerConfig } = await readFolderTexts(files)
  const own = raw.context_window_size > 0 ? raw.context_window_size : entry.contextLength
  const endTokens = [...tokenList(raw.eos_token_id), ...(raw.conv_template?.stop_token_ids ?? [])]
  return {
    info: {
      id,
      architecture: raw.model_type,
      contextLength: contextLengthFor({ model: id, own, ...context }),
      vocabularySize: raw.vocab_size,
      parameterCount: entry.parameters,
      weightBytes: records.reduce((sum, { nbytes }) => sum + nbytes, 0),
      licence: entry.licence.name,
    },
    endTokens: [...new Set(endTokens)],
    tokenizer,
    tokenizerConfig,
  }
}
