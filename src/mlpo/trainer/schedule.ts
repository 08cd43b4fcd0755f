/**
 * Learning rate over the steps, as in transformers' `get_scheduler`: a linear warm-up from 0, then constant, linear
 * to 0, or half a cosine to 0. `done` counts finished steps, so that the first step of a warm-up has rate 0.
 */
import type { Config } from '../config/config.ts'

export type ScheduleSettings = Pick<
  Config,
  'learning_rate' | 'lr_scheduler_type' | 'warmup_steps' | 'max_steps'
>

export function learningRateAt(done: number, settings: ScheduleSettings): number {
  const { learning_rate, lr_scheduler_type, warmup_steps, max_steps } = settings
  if (done < warmup_steps) return (learning_rate * done) / warmup_steps
  const progress = Math.min(1, (done - warmup_steps) / Math.max(1, max_steps - warmup_steps))
  switch (lr_scheduler_type) {
    case 'constant':
      return learning_rate
    case 'linear':
      return learning_rate * (1 - progress)
    case 'cosine':
      return learning_rate * 0.5 * (1 + Math.cos(Math.PI * progress))
  }
}
