/**
 * A chat template as WebLLM wants it: `conv_template`, fixed strings around the messages. It is found by rendering
 * the Jinja template with marked messages, and refused if it does not then give the same text for other messages.
 * There are no `role_templates`: WebLLM fills those with `String.replace`, which turns `$$` in a message into `$`.
 */
import { EngineError, type ChatMessage } from '../engine.ts'
import type { ChatTemplate } from '../tokenizer/chat-template.ts'

export interface ConvTemplate {
  readonly name: string
  readonly system_template: string
  readonly system_message: string
  readonly render_empty_system_message: boolean
  readonly roles: { readonly user: string; readonly assistant: string; readonly tool: string }
  /** After a user's message, after an assistant's. */
  readonly seps: readonly [string, string]
  readonly role_content_sep: string
  readonly role_empty_sep: string
  readonly stop_str: readonly string[]
  readonly stop_token_ids: readonly number[]
}

const SYSTEM_PLACEHOLDER = '{system_message}'
const system: ChatMessage = { role: 'system', content: 'Marked-System' }
const user: ChatMessage = { role: 'user', content: 'Marked-User' }
const assistant: ChatMessage = { role: 'assistant', content: 'Marked-Assistant' }

/** `model` names the model in the error. */
export function deriveConvTemplate(
  template: ChatTemplate,
  { model, stopTokens }: { readonly model: string; readonly stopTokens: readonly number[] },
): ConvTemplate {
  const plain = (...messages: ChatMessage[]) => template.render(messages, { generationPrompt: false })
  const afterUser = between(plain(system, user), user, null)
  const afterAssistant = between(plain(system, user, assistant), assistant, null)
  const conversation = template.render([system, user, assistant, user])
  const beforeSystem = between(conversation, null, system)
  const userOpening = without(between(conversation, assistant, user), { start: afterAssistant })
  const assistantOpening = without(between(conversation, user, assistant), { start: afterUser })
  const generation = without(template.render([system, user]).split(user.content).at(-1) ?? '', {
    start: afterUser,
  })
  const afterSystem = without(between(conversation, system, user), { end: userOpening })
  const defaultSystem = without(between(template.render([user]), null, user), { end: userOpening })
  const derived: ConvTemplate = {
    name: model,
    system_template: `${beforeSystem}${SYSTEM_PLACEHOLDER}${afterSystem}`,
    system_message:
      defaultSystem === '' ? '' : without(defaultSystem, { start: beforeSystem, end: afterSystem }),
    render_empty_system_message: defaultSystem !== '',
    roles: { user: userOpening, assistant: assistantOpening, tool: userOpening },
    seps: [afterUser, afterAssistant],
    role_content_sep: '',
    role_empty_sep: without(generation, { start: assistantOpening }),
    stop_str: [],
    stop_token_ids: stopTokens,
  }
  verify(derived, template, model)
  return derived
}

/** What WebLLM 0.2.86 makes of it (`getPromptArray`), piece by piece; each piece is tokenized on its own. */
export function convTemplatePieces(template: ConvTemplate, messages: readonly ChatMessage[]): string[] {
  const [first, ...others] = messages
  const hasSystem = first?.role === 'system'
  const systemMessage = hasSystem ? first.content : template.system_message
  const pieces: string[] = []
  if (systemMessage !== '' || template.render_empty_system_message) {
    pieces.push(template.system_template.replace(SYSTEM_PLACEHOLDER, systemMessage))
  }
  for (const [i, { role, content }] of (hasSystem ? others : messages).entries()) {
    const opening = template.roles[role === 'assistant' ? 'assistant' : 'user']
    pieces.push(opening + template.role_content_sep + content + template.seps[i % 2 === 0 ? 0 : 1])
  }
  pieces.push(template.roles.assistant + template.role_empty_sep)
  return pieces
}

function verify(derived: ConvTemplate, template: ChatTemplate, model: string): void {
  const question: ChatMessage = { role: 'user', content: 'What is 2 + 2?\n\n$$x$$ {user_message}' }
  const answer: ChatMessage = { role: 'assistant', content: '<think>\nEasy.\n</think>\n\nIt is 4.' }
  const rules: ChatMessage = { role: 'system', content: 'Be brief.' }
  const samples = [
    [question],
    [rules, question],
    [question, answer, question],
    [rules, question, answer, user],
  ]
  for (const messages of samples) {
    if (convTemplatePieces(derived, messages).join('') === template.render(messages)) continue
    throw new EngineError(
      `${model}: its chat template cannot be written as an MLC conv_template. Use one of fixed strings around the messages.`,
    )
  }
}

/** The text between two marked messages; null is the start or the end. */
function between(text: string, left: ChatMessage | null, right: ChatMessage | null): string {
  const start = left ? text.indexOf(left.content) + left.content.length : 0
  const end = right ? text.indexOf(right.content, start) : text.length
  return text.slice(start, end)
}

/** `text` without what it starts or ends with; unchanged where it does not (then `verify` refuses the result). */
function without(text: string, { start = '', end = '' }: { start?: string; end?: string }): string {
  const tail = text.startsWith(start) ? text.slice(start.length) : text
  return end !== '' && tail.endsWith(end) ? tail.slice(0, -end.length) : tail
}
