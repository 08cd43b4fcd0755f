/** In place of a place that the link hides: why it is not there, and the way back to it. */
import { useExperiment } from './experimentStore.ts'

export function HiddenPlace() {
  const showEverything = useExperiment((state) => state.showEverything)
  return (
    <section className="hidden-place">
      <h1>Not part of this experiment</h1>
      <p>The link that this page was opened with hides this place.</p>
      <p className="row">
        <a className="button main" href="#/train">
          Go to Train
        </a>
        <button type="button" className="button" onClick={showEverything}>
          Show everything
        </button>
      </p>
    </section>
  )
}
