/**
 * A report with everything that one can have: two leaders, two rounds, both decodings, several seeds. Its team is made
 * up, so that no model is needed to look at it.
 */
import { defaults } from '../src/mlpo/config/config.ts'
import { evaluateFully } from '../src/mlpo/evaluate-lab.ts'
import { leadersToCompare } from '../src/mlpo/evaluate-once.ts'
import { generatedQuestions, labQuestions } from '../src/mlpo/evaluate-questions.ts'
import { reportJson } from '../src/mlpo/evaluation/report-json.ts'
import type { ReportSizes } from '../src/mlpo/evaluation/report.ts'
import { leaderText, promptStyles } from '../src/mlpo/prompts.ts'
import { fakeAdapter } from '../src/mlpo/testing/fake-trainer.ts'
import { scriptedEngine } from '../src/mlpo/testing/scripted-engine.ts'

const sizes: ReportSizes = {
  ...{ questions: 30, runs: 2, leastPerK: 2, reserve: 8, probes: 6, train: 8, tuning: 4 },
  ...{ manyQuestions: 4, manySamples: 4, texts: 10 },
}

/** As `report.json` has it. */
export async function sampleReport(): Promise<string> {
  const style = promptStyles.nano
  const peers = ['one', 'two', 'three'].map((name) => {
    const engine = scriptedEngine(name, ({ uniform }) => `So it is. Answer: ${Math.floor(3 * uniform)}`)
    return { engine, role: 'You solve.', style, fingerprint: name }
  })
  const leader = scriptedEngine('leader', ({ uniform }) =>
    leaderText({ thought: 'I follow peer 1.', answer: `${Math.floor(3 * uniform)}` }),
  )
  const config = {
    ...defaults,
    ...{ families: ['remainder', 'chain'], difficulty: 1, eval_rounds: 2, max_completion_length: 200 },
  }
  const work = evaluateFully({
    ...{
      team: { leader, style, peers },
      config,
      split: 'dev',
      seeds: [1, 2],
      decodings: ['greedy', 'sampled'],
    },
    questions: (seed) =>
      labQuestions({ ...config, seed }, { split: 'dev', sizes, source: generatedQuestions }),
    leaders: () => Promise.resolve(leadersToCompare(fakeAdapter())),
    ...{ sizes, unseen: peers[2] ?? null, command: null, trainings: 'one', now: () => 0, flips: 199 },
  })
  for (;;) {
    const { done, value } = await work.next()
    if (done) return reportJson(value)
  }
}
