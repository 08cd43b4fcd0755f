/** Settings of the team (MLPO §1, §2): who leads, who advises, and how often they speak. */
import { real, realOrOff, text, texts, toggle, whole } from './field.ts'

export const teamFields = {
  leader: text({
    label: 'Leader',
    help: 'The model that is trained. A stronger leader starts higher and has less to gain from its team.',
    source: 'C',
    symbol: 'π_θ',
    default: 'nano-route-leader',
  }),
  peers: texts({
    label: 'Peers',
    help: 'The frozen models that propose, in the order of their seats. The paper has three; different strengths give the leader something to weigh.',
    source: 'P',
    symbol: 'a_1…a_K',
    default: ['nano-route-math', 'nano-route-logic', 'nano-route-knowledge'],
    minItems: 1,
    maxItems: 8,
  }),
  rounds: whole({
    label: 'Rounds',
    help: 'How often team and leader speak when they solve a question. Training uses round-0 proposals only; more rounds cost T·(K+1) generations.',
    source: 'P',
    unit: 'rounds',
    symbol: 'T',
    default: 5,
    min: 1,
    max: 10,
  }),
  proposals_per_peer: whole({
    label: 'Proposals per peer',
    help: 'Solutions that each peer writes beforehand for every training question; variant j of a prompt shows each peer’s j-th.',
    source: 'U',
    default: 4,
    min: 1,
    max: 16,
  }),
  permute_seats: toggle({
    label: 'Permute seats',
    help: 'Seats the peers anew for each question, so that the leader cannot learn “ask seat 2” and must read the proposals.',
    source: 'C',
    default: false,
  }),
  alone_fraction: real({
    label: 'Share without team',
    help: 'Share of prompts that show no proposals. Some keep the leader able to answer alone.',
    source: 'C',
    default: 0,
    min: 0,
    max: 1,
  }),
  easy_threshold: realOrOff({
    label: 'Drop easy questions from',
    help: 'Drops a training question when at least this share of its proposals is right; empty keeps all. Easy questions give groups of equal rewards.',
    source: 'P',
    default: 0.75,
    min: 0,
    above: true,
    max: 1,
    because: 'at 0 every question would be dropped',
  }),
}
