/** `lab ask`: one question to the whole team, round by round. */
import type { Command, Context } from '../command.ts'
import { jsonFlag, oneOf, type Given } from '../flags.ts'
import { UsageError } from '../io.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf } from '../questions.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import type { Config } from '../../src/mlpo/config/config.ts'
import { hashText } from '../../src/common/hash.ts'
import { familyByName } from '../../src/mlpo/families/families.ts'
import { drawQuestions } from '../../src/mlpo/questions.ts'
import { askTeam, type AskedTask } from '../../src/mlpo/rounds.ts'
import type { Budget, RoundEvent, Speaker } from '../../src/mlpo/stages.ts'

export const ask: Command = {
  name: 'ask',
  summary: 'Ask the team one question and watch it work.',
  usage:
    'lab ask ["QUESTION"] [--family F | --dataset D] [--rounds T] [--adapter DIR] [--preset NAME] [--json]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      {
        name: 'family',
        value: 'F',
        help: 'Draw a question of this family from the dev split instead of asking one.',
      },
      ...datasetFlags,
      { name: 'answer', value: 'TEXT', help: 'The right answer to the question, if you know it.' },
      {
        name: 'answer-type',
        value: 'TYPE',
        help: 'number, choice, boolean, text, list or latex: how answers to your question are compared.',
        default: 'text',
      },
      { name: 'adapter', value: 'DIR', help: 'A PEFT folder for the leader, such as the folder of a run.' },
      {
        name: 'decoding',
        value: 'greedy|sampled',
        help: 'The likeliest token each time, or temperature.',
        default: 'sampled',
      },
      jsonFlag,
    ],
    settings: 'all',
    positionals: 'any',
  },
  async run(given, context) {
    const { io, models } = context
    const config = await settingsOf(given)
    const task = await questionOf(given, { config, context })
    const decoding = oneOf(given, 'decoding', { options: ['greedy', 'sampled'], fallback: 'sampled' })
    const folder = given.values.get('adapter')
    const adapter = folder === undefined ? null : await models.readAdapter(folder)
    const { team, leader, dispose } = await loadTeam(config, context)
    try {
      if (adapter !== null) leader.checkAdapter(adapter)
      await team.leader.setAdapter(adapter)
      const show = given.switches.has('json')
        ? (event: RoundEvent) => io.out(JSON.stringify(event))
        : reader(io)
      if (!given.switches.has('json')) io.out(task.question)
      const events = askTeam({
        ...{ team, task, rounds: config.rounds, settings: config, seed: config.seed },
        temperature: decoding === 'greedy' ? 0 : config.temperature,
        now: () => io.now(),
        signal: io.signal,
      })
      for await (const event of events) show(event)
    } finally {
      await dispose()
    }
  },
}

async function questionOf(
  given: Given,
  { config, context }: { readonly config: Config; readonly context: Context },
): Promise<AskedTask> {
  const question = given.positionals.join(' ').trim()
  const family = given.values.get('family')
  if (question === '' && given.values.has('dataset')) {
    const tasks = (await questionsOf(given, context)).heldOut({ ...config, eval_size: Infinity }, 'dev')
    const task = tasks[config.seed % tasks.length]
    if (task !== undefined) return task
  }
  if (question === '' && family === undefined)
    throw new UsageError(
      'a question is needed, such as lab ask "What is 30 + 29 - 18?", --family chain, or --dataset FILE.',
    )
  if (question === '') {
    const { difficulty, seed } = config
    const families = [familyByName(family ?? '').name]
    const [task] = drawQuestions({ families, difficulty, split: 'dev', count: 1, seed })
    if (task !== undefined) return task
  }
  return {
    id: `typed-${hashText(question).toString(16)}`,
    family: 'typed',
    domain: 'typed',
    question,
    answer: given.values.get('answer') ?? null,
    answer_type: oneOf(given, 'answer-type', {
      options: ['number', 'choice', 'boolean', 'text', 'list', 'latex'],
      fallback: 'text',
    }),
  }
}

function budgetText({ generations, generatedTokens, processedTokens }: Budget): string {
  const counts = [
    `${generations} generations`,
    `${generatedTokens} tokens written`,
    `${processedTokens} processed`,
  ]
  return counts.join(' · ')
}

/** For people: each speaker's text once it stands, the leader's as it is written. */
function reader(io: Context['io']): (event: RoundEvent) => void {
  const name = (speaker: Speaker) => (speaker === 'leader' ? 'Leader' : `Peer ${speaker + 1}`)
  let leading = false
  return (event) => {
    switch (event.kind) {
      case 'round':
        return io.out(`\nRound ${event.round + 1} of ${event.rounds}`)
      case 'text':
        if (event.speaker !== 'leader') return
        if (!leading) io.stream('Leader: ')
        leading = true
        return io.stream(event.delta)
      case 'answer': {
        const mark = event.right === null ? '' : event.right ? ' ✓' : ' ✗'
        const why = event.unparseable === null ? '' : ` (${event.unparseable.reason})`
        const head = leading && event.speaker === 'leader' ? '' : `${name(event.speaker)}: ${event.text}`
        leading = false
        return io.out(`${head}${mark}${why}`)
      }
      case 'done': {
        const mark = event.right === null ? '' : event.right ? ' ✓' : ' ✗'
        return io.out(
          `\nAnswer: ${event.answer ?? 'none'}${mark} · vote of the peers: ${event.vote ?? 'tied'}\n` +
            budgetText(event.budget),
        )
      }
    }
  }
}
