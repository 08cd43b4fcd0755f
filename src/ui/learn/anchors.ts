/** Parts of the page that a lesson can point at: elements with `data-lesson="name"`, and the place where each is. */
import type { Place } from '../app/route.ts'

export interface Anchor {
  readonly name: string
  readonly label: string
  readonly place: Place
}

const anchor = (place: Place, name: string, label: string): Anchor => ({ name, label, place })

export const anchors: readonly Anchor[] = [
  anchor('arena', 'question', 'the question'),
  anchor('arena', 'peers', 'the peers’ answers'),
  anchor('arena', 'leader', 'the leader’s answer'),
  anchor('arena', 'vote', 'the vote'),
  anchor('arena', 'rounds', 'the rounds'),
  anchor('train', 'controls', 'the buttons of the run'),
  anchor('train', 'settings', 'the settings'),
  anchor('train', 'stages', 'the stages of the step'),
  anchor('train', 'group', 'the choice of a group'),
  anchor('train', 'prompt', 'what the leader read'),
  anchor('train', 'completions', 'the completions'),
  anchor('train', 'tokens', 'the tokens'),
  anchor('train', 'update', 'what moved'),
  anchor('train', 'curves', 'the curves'),
]

export function anchorNamed(name: string): Anchor | undefined {
  return anchors.find((each) => each.name === name)
}
