/** What the recording is: the run's settings, what computed it, and what of it was kept. */
import { presetNamed } from '../../mlpo/config/presets.ts'
import type { Recording } from '../../mlpo/recording/recording.ts'
import { Term } from '../glossary/Term.tsx'
import { counted } from '../shared/format.ts'
import { ChangedLine } from '../train/RunSettings.tsx'

export function About({ recording }: { readonly recording: Recording }) {
  const { config, app, device, steps, states } = recording
  const preset = presetNamed(recording.preset)
  const most = Math.max(...steps.map(({ groups }) => groups.length))
  return (
    <section className="recorded-about" aria-labelledby="recorded-about">
      <h2 className="eyebrow" id="recorded-about">
        About this run
      </h2>
      <p>
        A real run, not a simulation: <Term name="preset">preset</Term> {preset?.label ?? recording.preset},{' '}
        <Term name="seed">seed</Term> {config.seed}, {counted(steps.length, 'step')}, computed by version{' '}
        {app} with {device}.
      </p>
      {preset !== undefined && <ChangedLine from={preset.config} to={config} label={preset.label} />}
      <p className="soft">
        Kept: every metric and evaluation; of each step’s {config.prompts_per_step} groups {most} in full,
        first those that teach; states after {states.map(({ step }) => `step ${step}`).join(' and ')}. It is
        played slower or faster than it ran; the times in the stages are those of the run.
      </p>
      <p>
        <a href="#/arena">Ask the team yourself</a>, or <a href="#/train">set up a run of your own</a>.
      </p>
    </section>
  )
}
