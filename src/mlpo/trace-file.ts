/**
 * Traces as JSON lines (MLPO §3), to be read one by one: what the leader saw, the completions that a trace was made of,
 * and the trace; or why there is none.
 */
import { promptVersion, traceVersion } from './prompts.ts'
import type { Trace, TraceCounts, TraceOutcome } from './sft-stages.ts'

export function traceLine(trace: Trace): string {
  return JSON.stringify(record(trace))
}

export function outcomeLine(each: TraceOutcome): string {
  const { task, outcome, right, of } = each
  const head = { task, outcome, right_completions: right, completions: of }
  switch (each.outcome) {
    case 'dropped':
      return JSON.stringify(head)
    case 'rejected':
      return JSON.stringify({ ...head, reason: each.reason, text: each.text })
    case 'kept':
    case 'merged':
      return JSON.stringify({ ...head, ...record(each.trace) })
  }
}

/** "128 questions: 9 dropped, 40 kept, 70 merged, 9 rejected (9 too long)." */
export function countsText({ prompts, dropped, kept, merged, rejected }: TraceCounts): string {
  const reasons = Object.entries(rejected).map(([reason, count]) => `${count} ${reason}`)
  const total = Object.values(rejected).reduce((sum, count) => sum + count, 0)
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  const noun = prompts === 1 ? 'question' : 'questions'
  return `${prompts} ${noun}: ${dropped} dropped, ${kept} kept, ${merged} merged, ${total} rejected${why}.`
}

function record({ prompt: { task, variant, proposals }, kind, text, ids, wrong, right }: Trace) {
  return {
    task: task.id,
    kind,
    question: task.question,
    answer: task.answer,
    variant,
    proposals: proposals?.map((proposal) => proposal.text) ?? null,
    wrong,
    right,
    text,
    tokens: ids.length,
    prompt_version: promptVersion,
    trace_version: traceVersion,
  }
}
