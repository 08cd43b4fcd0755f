/** What is kept in this browser: which models, how large, whether whole; and how to be rid of them. */
import { useEffect } from 'react'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { byteSize, modelLabel } from './modelWords.ts'
import { useTeam } from './teamStore.ts'

export function StoredModels() {
  const stored = useTeam((state) => state.stored)
  const estimate = useTeam((state) => state.estimate)
  const problem = useTeam((state) => state.storageProblem)
  const look = useTeam((state) => state.lookAtStorage)
  const remove = useTeam((state) => state.remove)
  useEffect(() => void look(), [look])
  return (
    <section className="stored" aria-labelledby="stored-models">
      <h2 id="stored-models">In this browser</h2>
      {problem !== null && (
        <ErrorNotice error={problem} action={{ label: 'Look again', act: () => void look() }} />
      )}
      {stored === null && problem === null && (
        <p className="soft" role="status">
          Looking for models that are kept here…
        </p>
      )}
      {stored?.length === 0 && (
        <p className="soft">
          No model has been fetched yet: the page’s own come with it. Others are fetched when a team first
          works with them, and stay here until you delete them.
        </p>
      )}
      {stored !== null && stored.length > 0 && (
        <ul>
          {stored.map((model) => (
            <li key={model.folder}>
              <span>
                {modelLabel(model.model)}
                <span className="mono soft">{model.folder}</span>
              </span>
              <span className="soft">
                {byteSize(model.bytes)}
                {model.kind === 'page' && ', WebLLM’s copy of the page’s own model'}
                {!model.isWhole && ', not whole yet: goes on where it stopped'}
              </span>
              <button type="button" className="button small" onClick={() => void remove(model)}>
                Delete<span className="visually-hidden"> {modelLabel(model.model)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {estimate !== null && estimate.usageBytes !== null && estimate.quotaBytes !== null && (
        <p className="soft">
          This page uses {byteSize(estimate.usageBytes)} of the {byteSize(estimate.quotaBytes)} that the
          browser gives it. <a href="#/storage">What else is kept</a>
        </p>
      )}
    </section>
  )
}
