/** The files beside the weights that Hugging Face and MLC folders have in common: the tokenizer's and the model card. */
import * as v from 'valibot'
import type { FileAccess } from './file-access.ts'
import { readOptionalJson, readText } from './read-json.ts'

export interface FolderTexts {
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
  readonly tokenizerPath: string
  readonly licence: string | null
}

export async function readFolderTexts(files: FileAccess): Promise<FolderTexts> {
  return {
    tokenizer: await readOptionalJson(files, 'tokenizer.json'),
    tokenizerConfig: await readTokenizerConfig(files),
    tokenizerPath: files.path('tokenizer.json'),
    licence: await readLicence(files),
  }
}

/** Newer folders keep the chat template in a file of its own. */
async function readTokenizerConfig(files: FileAccess): Promise<unknown> {
  const config = await readOptionalJson(files, 'tokenizer_config.json')
  if (!(await files.exists('chat_template.jinja'))) return config
  const fields = v.safeParse(v.looseObject({}), config)
  return {
    ...(fields.success ? fields.output : {}),
    chat_template: await readText(files, 'chat_template.jinja'),
  }
}

/** The `license:` line of the model card's front matter. */
async function readLicence(files: FileAccess): Promise<string | null> {
  if (!(await files.exists('README.md'))) return null
  const [, frontMatter] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(await readText(files, 'README.md')) ?? []
  return /^license:\s*["']?([^\s"']+)/m.exec(frontMatter ?? '')?.[1] ?? null
}

const tokenField = v.nullish(v.union([v.string(), v.object({ content: v.string() })]), null)
const specialTokens = v.object({ bos_token: tokenField, eos_token: tokenField, pad_token: tokenField })
const addedTokens = v.object({ added_tokens: v.array(v.object({ id: v.number(), content: v.string() })) })

/** The id of a special token that `tokenizer_config.json` names; null where it does not, or the name has no id. */
export function specialTokenId(
  { tokenizer, tokenizerConfig }: Pick<FolderTexts, 'tokenizer' | 'tokenizerConfig'>,
  role: 'bos_token' | 'eos_token' | 'pad_token',
): number | null {
  const names = v.safeParse(specialTokens, tokenizerConfig)
  const added = v.safeParse(addedTokens, tokenizer)
  if (!names.success || !added.success) return null
  const field = names.output[role]
  const content = typeof field === 'string' ? field : field?.content
  return added.output.added_tokens.find((token) => token.content === content)?.id ?? null
}
