/**
 * Conditions on the live page that a lesson can wait for: `steps 1`, `changed temperature`, `setting learning_rate 0`. A
 * new one is one entry here and one line in `docs/teaching.md`.
 */
import type { Key } from '../../mlpo/config/config.ts'
import { isKey } from '../../mlpo/config/fields.ts'
import { presetNamed } from '../../mlpo/config/presets.ts'
import type { StageName } from '../../mlpo/stages.ts'
import { leadersOf } from '../arena/arenaStore.ts'
import { isChanged } from '../train/draft.ts'
import { isZero } from '../train/arithmetic.ts'
import { shownStep } from '../train/shownStep.ts'
import { stageNames } from '../train/step.ts'
import type { Live } from './live.ts'

export interface Check {
  /** As the lesson has it. */
  readonly text: string
  readonly holds: (live: Live) => boolean
}

type Fail = (reason: string) => Error
type Make = (argument: string, fail: Fail) => (live: Live) => boolean

function whole(argument: string, fail: Fail): number {
  const value = Number(argument)
  if (!Number.isInteger(value) || value < 0) throw fail(`“${argument}” is not a whole number`)
  return value
}

function key(argument: string, fail: Fail): Key {
  if (!isKey(argument)) throw fail(`there is no setting “${argument}”`)
  return argument
}

/** Rounds that the leader has finished, of whichever leader has most. */
export function roundsDone({ arena: { exchange } }: Live): number {
  if (exchange === null) return 0
  const counts = leadersOf(exchange).map(
    (name) => exchange.threads[name]?.rounds.filter(({ leader }) => leader.done).length ?? 0,
  )
  return Math.max(0, ...counts)
}

/** By the team that the page has now, not by one of before. */
function isAnswered(live: Live): boolean {
  return live.arena.exchange?.config === live.lab.preset.config && roundsDone(live) >= 1
}

const kinds: Readonly<Record<string, Make>> = {
  place: (argument) => (live) => live.place === argument,
  /** The leader has answered in so many rounds. */
  rounds: (argument, fail) => {
    const count = whole(argument, fail)
    return (live) => roundsDone(live) >= count
  },
  /** So many questions were asked since the page was opened, and the present team has answered the last. */
  asks: (argument, fail) => {
    const count = whole(argument, fail)
    return (live) => (live.arena.exchange?.seed ?? 0) >= count && isAnswered(live)
  },
  /** The leader has answered a question of this domain. */
  asked: (argument, fail) => {
    const domains = ['math', 'logic', 'knowledge']
    if (!domains.includes(argument)) throw fail(`asked is followed by ${domains.join(', ')}`)
    return (live) => live.arena.exchange?.task.domain === argument && isAnswered(live)
  },
  /** In the question that was asked last, not everybody sits where the team's list has them. */
  'seats-changed': () => (live) =>
    isAnswered(live) && live.arena.exchange?.seats.some((peer, seat) => peer !== seat) === true,
  preset: (argument, fail) => {
    const preset = presetNamed(argument)
    if (preset === undefined) throw fail(`there is no preset “${argument}”`)
    return ({ lab }) => lab.preset === preset
  },
  /** The open run has finished so many steps. */
  steps: (argument, fail) => {
    const count = whole(argument, fail)
    return ({ train: { run } }) => run !== null && run.step >= count
  },
  finished:
    () =>
    ({ train: { run } }) =>
      run?.mode === 'finished',
  evaluations: (argument, fail) => {
    const count = whole(argument, fail)
    return ({ train: { evaluations } }) => evaluations.length >= count
  },
  /** The step in progress has come so far. */
  stage: (argument, fail) => {
    const stage = stageNames.find((name): name is StageName => name === argument)
    if (stage === undefined) throw fail(`there is no stage “${argument}”`)
    return ({ train }) => shownStep(train)?.[stage] != null
  },
  /** The batch has been learnt from so many times, the last time perhaps not to the end. */
  iteration: (argument, fail) => {
    const count = whole(argument, fail)
    return ({ train }) => (shownStep(train)?.loss?.iteration ?? -1) + 1 >= count
  },
  /** One of these settings at least is not the preset's. */
  changed: (argument, fail) => {
    const names = argument.split(' ').map((name) => key(name, fail))
    return ({ train: { draft } }) => names.some((name) => isChanged(draft, name))
  },
  /** A setting of the open run, or of the form before there is one, is at this number. */
  setting: (argument, fail) => {
    const [name = '', text = ''] = argument.split(' ')
    const setting = key(name, fail)
    const value = Number(text)
    if (text === '' || Number.isNaN(value)) throw fail(`“${text}” is not a number`)
    return ({ train: { draft, run } }) => (run?.config ?? draft.settings)[setting] === value
  },
  /** The group that is shown has rewards that differ, or none that do. */
  group: (argument, fail) => {
    if (argument !== 'teaches' && argument !== 'idle') throw fail('group is followed by teaches or idle')
    return ({ train }) => {
      const rewards = shownStep(train)?.score?.groups[train.group]?.map(({ reward }) => reward)
      return rewards !== undefined && new Set(rewards).size > 1 === (argument === 'teaches')
    }
  },
  /** The completion that is selected has an advantage above, below, or away from 0. */
  advantage: (argument, fail) => {
    const signs = ['positive', 'negative', 'nonzero']
    if (!signs.includes(argument)) throw fail(`advantage is followed by ${signs.join(', ')}`)
    return ({ train }) => {
      const value = shownStep(train)?.advantage?.groups[train.group]?.advantages[train.row]
      if (value === undefined || isZero(value)) return false
      return argument === 'nonzero' || value > 0 === (argument === 'positive')
    }
  },
}

export function parseCheck(text: string, fail: Fail): Check {
  const [, name = '', argument = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? []
  const make = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (make === undefined)
    throw fail(`there is no check “${name}”; there are ${Object.keys(kinds).join(', ')}`)
  return { text, holds: make(argument.trim(), fail) }
}
