/** Which places a link hides. */
import { accessOf, controlNamed } from './controls.ts'
import type { Experiment } from './experiment.ts'

export function isHiddenPlace(place: string, experiment: Experiment): boolean {
  const control = controlNamed(place)
  return control?.kind === 'part' && accessOf([control.name], experiment) === 'hidden'
}
