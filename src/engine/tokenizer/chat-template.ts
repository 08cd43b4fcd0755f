/**
 * The model's own chat template (Jinja, from `tokenizer_config.json`), the one way in which this project turns
 * messages into a prompt. The same messages always give the same text: the date that some templates print is fixed.
 */
import { Template } from '@huggingface/jinja'
import * as v from 'valibot'
import { EngineError, ModelFileError, type ChatMessage } from '../engine.ts'

export interface ChatTemplate {
  /** The conversation, with the generation prompt at its end unless told otherwise. */
  render(messages: readonly ChatMessage[], options?: { readonly generationPrompt?: boolean }): string
}

/** Llama 3's templates print today's date unless they are given one; this is their own fallback. */
const FIXED_DATE = '26 Jul 2024'

const specialToken = v.pipe(
  v.nullish(v.union([v.string(), v.object({ content: v.string() })]), ''),
  v.transform((token) => (typeof token === 'string' ? token : token.content)),
)
const schema = v.object({
  chat_template: v.nullish(
    v.union([v.string(), v.array(v.object({ name: v.string(), template: v.string() }))]),
    null,
  ),
  bos_token: specialToken,
  eos_token: specialToken,
  pad_token: specialToken,
  unk_token: specialToken,
})

/** `model` names the model in errors. A model without a template is refused: a guessed one gives bad answers. */
export function createChatTemplate(tokenizerConfig: unknown, model: string): ChatTemplate {
  const parsed = v.safeParse(schema, tokenizerConfig ?? {})
  const field = parsed.success ? parsed.output.chat_template : null
  const source = typeof field === 'string' ? field : field?.find(({ name }) => name === 'default')?.template
  if (!parsed.success || source === undefined) {
    throw new ModelFileError(model, 'a chat template (chat_template in tokenizer_config.json)', 'none')
  }
  const { bos_token, eos_token, pad_token, unk_token } = parsed.output
  const template = parseTemplate(source, model)
  return {
    render(messages, { generationPrompt = true } = {}) {
      const variables = { bos_token, eos_token, pad_token, unk_token, date_string: FIXED_DATE }
      try {
        return template.render({ ...variables, messages, add_generation_prompt: generationPrompt })
      } catch (cause) {
        const roles = messages.map((message) => message.role).join(', ')
        throw new EngineError(`${model}: its chat template refuses messages by ${roles}: ${messageOf(cause)}`)
      }
    },
  }
}

function parseTemplate(source: string, model: string): Template {
  try {
    return new Template(source)
  } catch (cause) {
    throw new ModelFileError(model, 'a chat template that can be parsed', messageOf(cause))
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
