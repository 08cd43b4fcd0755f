/** Settings of the evaluations during a run (MLPO §5), on questions that training never sees. */
import { choice, whole } from './field.ts'

export const evaluationFields = {
  eval_every: whole({
    label: 'Evaluate every',
    help: 'Steps between evaluations on held-out questions; 0 evaluates only at the end.',
    source: 'C',
    unit: 'steps',
    default: 10,
    min: 0,
    max: 100000,
  }),
  eval_size: whole({
    label: 'Evaluation questions',
    help: 'How many held-out questions. To tell 5 points apart takes 1,200 to 1,800; fewer give a wide interval.',
    source: 'C',
    unit: 'questions',
    default: 200,
    min: 1,
    max: 100000,
  }),
  eval_rounds: whole({
    label: 'Evaluation rounds',
    help: 'Rounds of the evaluations during a run. 1 matches what training shows the leader, and is the cheapest.',
    source: 'C',
    unit: 'rounds',
    symbol: 'T',
    default: 1,
    min: 1,
    max: 10,
  }),
  eval_decoding: choice({
    label: 'Evaluation decoding',
    help: 'How the team and its leader decode when they are evaluated. The two can disagree, so that claims show both.',
    source: 'C',
    default: 'sampled',
    options: {
      sampled: 'Temperature 1.',
      greedy: 'The likeliest token each time.',
      both: 'Each question twice.',
    },
  }),
}
