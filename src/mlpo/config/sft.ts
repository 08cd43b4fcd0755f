/**
 * Settings of phase 1 (MLPO §3): supervised fine-tuning on backtracking traces that are made of the leader's own
 * completions. Names are those of TRL's `SFTConfig`, prefixed because phase 2 has settings of the same name.
 */
import { choice, real, whole, wholeOrOff } from './field.ts'

export const sftFields = {
  sft: choice({
    label: 'Traces first',
    help: 'Whether the adapter first learns from traces that go wrong, notice it and turn back, and who writes them. The paper begins so; without it the reward alone has to teach everything.',
    source: 'P',
    default: 'off',
    options: {
      off: 'No traces: training starts with the policy optimisation.',
      splice:
        'A rule joins a wrong and a right completion and names the failing step or peer. For any model.',
      self: 'The leader writes them, asked by a prompt. For models that follow instructions.',
    },
  }),
  sft_prompts: wholeOrOff({
    label: 'Questions for traces',
    help: 'How many training questions are tried, after the easy ones are dropped; empty tries all. Each gives at most one trace.',
    source: 'C',
    unit: 'questions',
    nullMeans: 'all',
    default: 128,
    min: 1,
    max: 100000,
  }),
  sft_completions: whole({
    label: 'Completions per trace',
    help: 'How many completions of a question are sampled to find a wrong and a right one. More find one on harder questions.',
    source: 'U',
    default: 16,
    min: 1,
    max: 256,
  }),
  sft_temperature: real({
    label: 'Temperature for traces',
    help: 'How adventurous the completions are of which traces are made. The loss itself is of the model as it is, at temperature 1.',
    source: 'C',
    default: 1,
    min: 0,
    above: true,
    max: 5,
    because: 'at temperature 0 all completions of a question are the same',
  }),
  sft_max_length: wholeOrOff({
    label: 'Longest trace',
    help: 'Longer traces are rejected; empty takes max_completion_length, beyond which phase 2 would cut off what was learnt.',
    source: 'C',
    unit: 'tokens',
    nullMeans: 'as completions',
    trlDefault: 1024,
    default: null,
    min: 1,
    max: 8192,
  }),
  sft_num_train_epochs: whole({
    label: 'Epochs over the traces',
    help: 'How often each trace is learnt from. More make the leader write like its traces, wrong paths included: it starts lower.',
    source: 'C',
    unit: 'epochs',
    trlDefault: 3,
    default: 1,
    min: 1,
    max: 100,
  }),
  sft_batch_size: whole({
    label: 'Traces per step',
    help: 'How many traces each update learns from (TRL’s per_device_train_batch_size).',
    source: 'C',
    unit: 'traces',
    default: 8,
    min: 1,
    max: 256,
  }),
  sft_learning_rate: real({
    label: 'Learning rate on traces',
    help: 'The size of an update; it falls evenly to 0 over the phase, as in TRL. At 5e-3 one epoch teaches the nano leader to turn back; real models want about 1e-4.',
    source: 'C',
    trlDefault: 2e-5,
    default: 5e-3,
    min: 0,
    max: 1,
  }),
  sft_max_grad_norm: real({
    label: 'Largest gradient norm on traces',
    help: 'As max_grad_norm, for this phase: the gradients of a cross-entropy are many times longer than those of a policy.',
    source: 'C',
    default: 1,
    min: 0,
    above: true,
    max: 1000,
    because: 'at 0 nothing could move; a large value switches clipping off',
  }),
}
