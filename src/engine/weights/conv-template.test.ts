import { expect, test } from 'vitest'
import { createChatTemplate } from '../tokenizer/chat-template.ts'
import { smallTokenizer, smallTokenizerConfig } from '../tokenizer/small-tokenizer.fixture.ts'
import { createTokenizer } from '../tokenizer/tokenizer.ts'
import { convTemplatePieces, deriveConvTemplate } from './conv-template.ts'

const derive = (chat_template: string) =>
  deriveConvTemplate(createChatTemplate({ chat_template }, 'm'), { model: 'm', stopTokens: [2] })
const turns =
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
const generation = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

test('ChatML without a default system message', () => {
  expect(derive(turns + generation)).toEqual({
    name: 'm',
    system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
    system_message: '',
    render_empty_system_message: false,
    roles: { user: '<|im_start|>user\n', assistant: '<|im_start|>assistant\n', tool: '<|im_start|>user\n' },
    seps: ['<|im_end|>\n', '<|im_end|>\n'],
    role_content_sep: '',
    role_empty_sep: '',
    stop_str: [],
    stop_token_ids: [2],
  })
})

test('a default system message is kept', () => {
  const byDefault =
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a bot<|im_end|>\n' }}{% endif %}"
  expect(derive(byDefault + turns + generation)).toMatchObject({
    system_message: 'You are a bot',
    render_empty_system_message: true,
  })
})

test('a generation prompt may go on after the role', () => {
  const thinking = generation.replace("'<|im_start|>assistant\n'", "'<|im_start|>assistant\n<think>'")
  expect(derive(turns + thinking)).toMatchObject({ role_empty_sep: '<think>' })
})

test('a template that fixed strings cannot express is refused', () => {
  expect(() => derive(turns.replace("m['content']", "m['content'] | upper") + generation)).toThrow(
    'm: its chat template cannot be written as an MLC conv_template.',
  )
})

test('the pieces, tokenized one by one as WebLLM does, give the ids of the chat template', () => {
  const source = { id: 'm', tokenizer: smallTokenizer, tokenizerConfig: smallTokenizerConfig }
  const tokenizer = createTokenizer(source)
  const template = derive(smallTokenizerConfig.chat_template)
  const messages = [
    { role: 'system', content: 'Be brief. $$' },
    { role: 'user', content: 'hello 4\n' },
    { role: 'assistant', content: ' <answer>4</answer>' },
    { role: 'user', content: '$$x$$' },
  ] as const
  const ids = convTemplatePieces(template, messages.slice(1)).flatMap((piece) => tokenizer.encode(piece))
  expect(ids).toEqual(tokenizer.render(messages.slice(1)))
  const withSystem = messages.map((message, i) => (i === 0 ? { ...message, content: 'Be brief.' } : message))
  const idsWithSystem = convTemplatePieces(template, withSystem).flatMap((piece) => tokenizer.encode(piece))
  expect(idsWithSystem).toEqual(tokenizer.render(withSystem))
})
