/** Rules about the team: a leader that repeats one peer whoever is right, and one that never sees its team. */
import { evidenceOf, type Rule } from './rule.ts'

const nearlyAlways = 0.85
/** How much better one could do than that peer, as a share of questions, before it is worth a word. */
const leftOnTheTable = 0.15

const oneVoice: Rule = ({ config, windows }) => {
  const peers = config.peers.map((_, peer) => ({
    peer,
    copied: windows.last(`team/copy_rate/${peer}`),
    accuracy: windows.last(`team/peer_${peer}_accuracy`),
  }))
  const [favourite] = [...peers].sort((a, b) => b.copied - a.copied)
  if (favourite === undefined || peers.length < 2) return null
  const others = peers.filter(({ peer }) => peer !== favourite.peer).map(({ copied }) => copied)
  const room = windows.last('team/oracle_accuracy') - favourite.accuracy
  if (!(
    favourite.copied >= nearlyAlways &&
    Math.max(...others) <= 1 - nearlyAlways &&
    room >= leftOnTheTable
  ))
    return null
  return {
    rule: 'one-voice',
    title: `The leader repeats peer ${favourite.peer + 1}, whoever is right.`,
    explanation:
      'A peer that is right most often is a good answer to “whom do I follow”, and no answer to “what is right”. In seats that change with every question the leader has to read.',
    evidence: evidenceOf(windows, [
      ...peers.map(({ peer }) => `team/copy_rate/${peer}`),
      `team/peer_${favourite.peer}_accuracy`,
      'team/oracle_accuracy',
    ]),
    change: config.permute_seats ? null : { permute_seats: true },
  }
}

const neverTogether: Rule = ({ config, windows }) =>
  config.alone_fraction === 1
    ? {
        rule: 'no-team',
        title: 'No prompt shows the team.',
        explanation:
          'With an alone_fraction of 1 this is GRPO of the leader alone. It can learn to solve, and never to lead.',
        evidence: evidenceOf(windows, ['reward', 'rewards/accuracy/mean']),
        change: { alone_fraction: 0 },
      }
    : null

export const teamRules = { oneVoice, neverTogether } as const
