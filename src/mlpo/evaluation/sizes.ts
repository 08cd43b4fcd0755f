/** How many questions each part of a full evaluation takes: the protocol's numbers at 4,000 questions, fewer below. */
import type { ReportSizes } from './report.ts'

/** Subsets double with every peer. */
export const mostPeersForSubsets = 4

/** What follows from the number of questions where nothing else is said. */
export function reportSizes(questions: number): ReportSizes {
  return {
    questions,
    runs: 3,
    leastPerK: Math.min(300, Math.ceil(questions / 10)),
    reserve: 4 * questions,
    probes: questions,
    train: 512,
    tuning: Math.min(200, questions),
    manyQuestions: Math.min(64, Math.ceil(questions / 8)),
    manySamples: 64,
    texts: Math.min(500, questions),
  }
}
