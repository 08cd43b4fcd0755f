/** The shapes of what a run has said, for files that come from elsewhere: checked in full, because pages draw them as they are. */
import * as v from 'valibot'
import type { SftState } from '../sft-stages.ts'
import type { Evaluation, StepPrompt } from '../stages.ts'

export const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
export const maybeText = v.nullable(v.string())
const maybeNumber = v.nullable(v.number())
const share = v.object({ value: v.number(), low: v.number(), high: v.number() })

const task = v.object({
  id: v.string(),
  key: v.string(),
  family: v.string(),
  domain: v.string(),
  question: v.string(),
  answer: v.string(),
  choices: v.exactOptional(v.array(v.string())),
  answer_type: v.picklist(['number', 'choice', 'boolean', 'text', 'list', 'latex']),
  difficulty: v.exactOptional(v.picklist([1, 2, 3])),
})

export const promptShape = v.object({
  task,
  variant: whole,
  round: whole,
  proposals: v.nullable(
    v.array(v.object({ peer: whole, text: v.string(), answer: maybeText, right: v.boolean() })),
  ),
  promptText: v.string(),
  promptIds: v.array(whole),
}) satisfies v.GenericSchema<unknown, StepPrompt>

const detail = v.object({
  rounds: v.array(share),
  byRightPeers: v.array(
    v.object({
      k: whole,
      n: whole,
      leaderTeam: maybeNumber,
      leaderAlone: maybeNumber,
      majority: maybeNumber,
    }),
  ),
  copyRates: v.array(maybeNumber),
  discrimination: maybeNumber,
  overruleRate: maybeNumber,
  overruleRight: maybeNumber,
  leaderTokens: v.number(),
  sharedSlips: v.number(),
})

export const evaluationShape = v.object({
  step: whole,
  n: whole,
  decoding: v.picklist(['greedy', 'sampled']),
  leaderTeam: share,
  leaderAlone: share,
  majority: share,
  bestPeer: share,
  bestPeerIndex: whole,
  peers: v.array(share),
  oracle: share,
  gainOverMajority: share,
  formatValid: v.number(),
  families: v.array(
    v.object({
      family: v.string(),
      n: whole,
      leaderTeam: v.number(),
      leaderAlone: v.number(),
      majority: v.number(),
      peers: v.array(v.number()),
      flexible: v.exactOptional(
        v.object({ leaderTeam: v.number(), leaderAlone: v.number(), peers: v.array(v.number()) }),
      ),
    }),
  ),
  detail: v.exactOptional(detail),
}) satisfies v.GenericSchema<unknown, Evaluation>

const record = v.object({ step: whole, metrics: v.record(v.string(), v.number()) })

export const sftShape = v.object({
  phase: v.picklist(['traces', 'updates', 'done']),
  cursor: whole,
  counts: v.object({
    prompts: whole,
    dropped: whole,
    kept: whole,
    merged: whole,
    rejected: v.strictObject({
      'no end': v.exactOptional(whole),
      'no wrong thought': v.exactOptional(whole),
      'no wrong step': v.exactOptional(whole),
      unparseable: v.exactOptional(whole),
      'not right': v.exactOptional(whole),
      'too long': v.exactOptional(whole),
      'not encodable': v.exactOptional(whole),
    }),
  }),
  traces: v.array(
    v.object({
      prompt: promptShape,
      kind: v.picklist(['kept', 'merged']),
      text: v.string(),
      ids: v.array(whole),
      wrong: maybeText,
      right: v.string(),
    }),
  ),
  step: whole,
  history: v.array(record),
}) satisfies v.GenericSchema<unknown, SftState>
