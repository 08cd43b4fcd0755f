/** A session on the fake engine and trainer: a whole run in milliseconds, for tests. */
import { parseConfig, type Config } from '../config/config.ts'
import { promptStyles } from '../prompts.ts'
import { createSession, type Session, type SessionEvent, type SessionOptions } from '../session.ts'
import type { Stage, StageName } from '../stages.ts'
import { fakeEngine } from './fake-engine.ts'
import { fakeTrainer } from './fake-trainer.ts'
import { preparedSource } from './prepared-tasks.ts'

export function fakeConfig(given: Partial<Config> = {}): Config {
  return parseConfig({
    num_generations: 8,
    prompts_per_step: 4,
    proposals_per_peer: 4,
    max_completion_length: 4,
    max_steps: 4,
    learning_rate: 0.05,
    max_grad_norm: 1000,
    eval_every: 0,
    ...given,
  })
}

export function fakeSession(
  given: Partial<Config> = {},
  options: Partial<Omit<SessionOptions, 'config'>> = {},
): Session {
  const config = fakeConfig(given)
  let milliseconds = 0
  return createSession({
    config,
    leader: fakeEngine(),
    trainer: fakeTrainer(config, options.state?.trainer),
    proposals: preparedSource({ count: 6, peers: 3, variants: config.proposals_per_peer }),
    peers: [],
    style: promptStyles.nano,
    evaluate: null,
    now: () => (milliseconds += 5),
    ...options,
  })
}

export async function allEvents(session: Session): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of session.events) events.push(event)
  return events
}

type StageOf<Name extends StageName> = Extract<Stage, { stage: Name }>

/** The stages of that name among the events. */
export function stagesOf<Name extends StageName>(
  events: readonly SessionEvent[],
  name: Name,
): StageOf<Name>[] {
  const isNamed = (stage: Stage): stage is StageOf<Name> => stage.stage === name
  return events.flatMap((event) => (event.type === 'stage' && isNamed(event.stage) ? [event.stage] : []))
}
