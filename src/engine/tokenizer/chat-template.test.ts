import { expect, test } from 'vitest'
import type { ChatMessage } from '../engine.ts'
import { createChatTemplate } from './chat-template.ts'

const messages: readonly ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
]

/** As SmolLM2 has it. */
const chatMl =
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}" +
  "{{ '<|im_start|>system\nDefault<|im_end|>\n' }}{% endif %}" +
  "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

test('a prompt ends with the generation prompt', () => {
  const { render } = createChatTemplate({ chat_template: chatMl }, 'm')
  expect(render(messages)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
  )
  expect(render(messages.slice(1))).toMatch(/^<\|im_start\|>system\nDefault/)
})

test('of several templates the default one is used, and special tokens may be objects', () => {
  const config = {
    chat_template: [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: '{{ bos_token }}{{ messages[0].content }}{{ eos_token }}' },
    ],
    bos_token: { content: '<s>', lstrip: false },
    eos_token: '</s>',
  }
  expect(createChatTemplate(config, 'm').render(messages)).toBe('<s>Be brief.</s>')
})

test('templates that print the date print the same one every day', () => {
  const chat_template =
    "{%- if not date_string is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- endif %}{{ date_string }}"
  expect(createChatTemplate({ chat_template }, 'm').render(messages)).toBe('26 Jul 2024')
})

test('a template that refuses the messages says why', () => {
  const { render } = createChatTemplate(
    { chat_template: "{{ raise_exception('No system role') }}" },
    'my-model',
  )
  expect(() => render(messages)).toThrow(
    'my-model: its chat template refuses messages by system, user: No system role',
  )
})

test('a missing or broken template is refused with the name of the model', () => {
  expect(() => createChatTemplate({}, 'my-model')).toThrow('my-model: expected a chat template')
  expect(() => createChatTemplate(null, 'my-model')).toThrow('my-model: expected a chat template')
  expect(() => createChatTemplate({ chat_template: '{% if %}' }, 'my-model')).toThrow(
    'my-model: expected a chat template',
  )
})
