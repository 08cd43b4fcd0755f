/** `lab score`: what a model thinks of given tokens. For checks against other implementations. */
import type { Command } from '../command.ts'
import { jsonFlag, tokenIds } from '../flags.ts'
import { UsageError } from '../io.ts'

export const score: Command = {
  name: 'score',
  summary: 'Print the log-probability of each completion token.',
  usage: 'lab score --model PATH --prompt-ids 1,2 --completion-ids 3,4 [--adapter DIR] [--json]',
  flags: {
    flags: [
      {
        name: 'model',
        value: 'PATH',
        help: 'An MLC folder, a Hugging Face folder, a GGUF file, or an embedded model.',
      },
      { name: 'prompt-ids', value: 'ID,…', help: 'Token ids before the completion.' },
      { name: 'completion-ids', value: 'ID,…', help: 'Token ids to score.' },
      { name: 'adapter', value: 'DIR', help: 'A PEFT folder to apply.' },
      jsonFlag,
    ],
  },
  async run(given, { io, models }) {
    const model = given.values.get('model')
    if (model === undefined) throw new UsageError('--model is needed.')
    const pair = { prompt: tokenIds(given, 'prompt-ids'), completion: tokenIds(given, 'completion-ids') }
    const folder = given.values.get('adapter')
    const adapter = folder === undefined ? null : await models.readAdapter(folder)
    const { engine, checkAdapter } = await models.open(model)
    try {
      if (adapter !== null) {
        checkAdapter(adapter)
        await engine.setAdapter(adapter)
      }
      const [logprobs] = await engine.score([pair])
      const values = [...(logprobs ?? [])]
      io.out(given.switches.has('json') ? JSON.stringify({ logprobs: values }) : values.join(' '))
    } finally {
      await engine.dispose()
    }
  },
}
