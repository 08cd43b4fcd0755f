/** For whoever makes a link: what of the experiment it does not carry, what it says of it instead, and what is left to do. */
import { accessOf, groupControl, partControls } from './controls.ts'
import type { ControlName } from './controls.ts'
import type { Experiment } from './experiment.ts'

export function ShareNeeds({ experiment }: { readonly experiment: Experiment }) {
  const { questions, rewards } = experiment.needs
  if (questions === null && rewards.length === 0) return null
  const isShut = (group: ControlName) =>
    accessOf([partControls.settings, group], { ...experiment, showAll: false }) !== 'open'
  return (
    <section className="notice share-needs" aria-label="What the link does not carry">
      <p>
        <strong>A link carries data alone: no question of yours, and no code.</strong>
      </p>
      <ul>
        {questions !== null && (
          <li>
            <strong>Questions of {questions}</strong> stay here. The link gives their name and asks the
            student to load the same file in Train, under “Own questions”. Hand the file out yourself. Without
            it the built-in generators ask.
            {isShut(groupControl('Questions')) && (
              <span className="problem"> The link hides or locks where that is done: open “Questions”.</span>
            )}
          </li>
        )}
        {rewards.map(({ name }) => (
          <li key={name}>
            <strong>The reward “{name}”</strong> stays here. The link gives its name and weight, and asks the
            student to write it in Train, under “Rewards”. Hand the code out yourself. Without it the run
            trains on the other rewards.
            {isShut(groupControl('Rewards')) && (
              <span className="problem"> The link hides or locks where that is done: open “Rewards”.</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
