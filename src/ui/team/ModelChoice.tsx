/** Which model sits here: from the list, or by its address; and what it is, needs and is licensed under. */
import { useId, useState } from 'react'
import { catalogEntry, embeddedModels } from '../../engine/catalog.ts'
import { Term } from '../glossary/Term.tsx'
import { parameters } from '../shared/format.ts'
import { byteSize, modelGroups, modelLabel } from './modelWords.ts'
import { problemOfModel } from './teamDraft.ts'
import { useTeam } from './teamStore.ts'

const byAddress = 'by address'

interface ModelChoiceProps {
  readonly model: string
  readonly role: 'leader' | 'peer'
  /** Whose model, for the label. */
  readonly who: string
  readonly choose: (model: string) => void
}

export function ModelChoice({ model, role, who, choose }: ModelChoiceProps) {
  const listed = catalogEntry(model) !== undefined || embeddedModels.some(({ id }) => id === model)
  const [typing, setTyping] = useState(false)
  const id = useId()
  const open = typing || !listed
  return (
    <div className="model-choice">
      <label className="visually-hidden" htmlFor={id}>
        Model of {who}
      </label>
      <select
        id={id}
        className="field"
        value={open ? byAddress : model}
        onChange={(event) => {
          setTyping(event.target.value === byAddress)
          if (event.target.value !== byAddress) choose(event.target.value)
        }}
      >
        {modelGroups.map(({ title, models }) => (
          <optgroup key={title} label={title}>
            {models.map((option) => (
              <option key={option.id} value={option.id}>
                {option.label}
              </option>
            ))}
          </optgroup>
        ))}
        <optgroup label="Any other">
          <option value={byAddress}>By its address…</option>
        </optgroup>
      </select>
      {open && <Address model={listed ? '' : model} who={who} choose={choose} />}
      {open && listed && <p className="model-facts soft">Until an address is given: {modelLabel(model)}.</p>}
      <ModelFacts model={model} role={role} />
    </div>
  )
}

/** Taken when it leads somewhere, so that a half typed address is never a team's. */
function Address({ model, who, choose }: Pick<ModelChoiceProps, 'model' | 'who' | 'choose'>) {
  const [text, setText] = useState(model)
  const modelBase = useTeam((state) => state.modelBase)
  const id = useId()
  const typed = text.trim()
  const problem = typed === '' ? null : problemOfModel(typed, modelBase)
  return (
    <div className="model-address">
      <label htmlFor={id}>
        Address or hub name<span className="visually-hidden"> of {who}’s model</span>
      </label>
      <input
        id={id}
        className="field"
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder="owner/model-q4f16_1-MLC or https://…"
        aria-invalid={problem !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          setText(event.target.value)
          const next = event.target.value.trim()
          if (next !== '' && problemOfModel(next, modelBase) === null) choose(next)
        }}
      />
      <p id={`${id}-note`} className={problem === null ? 'soft' : 'problem'}>
        {problem ?? 'A folder in MLC’s layout: Llama, Qwen2 or Qwen3, with its tokenizer.'}
      </p>
    </div>
  )
}

function ModelFacts({ model, role }: Pick<ModelChoiceProps, 'model' | 'role'>) {
  const fitted = useTeam((state) => state.fit)
  // The verdict changes when the device has been looked at.
  useTeam((state) => state.probe)
  const entry = catalogEntry(model)
  if (entry === undefined) {
    if (!embeddedModels.some(({ id }) => id === model))
      return (
        <p className="model-facts soft">{modelLabel(model)}: its files will tell what it is and needs.</p>
      )
    return (
      <p className="model-facts soft">
        <span>
          <Term name="nano">Nano model</Term>: about a million parameters; comes with the page.
        </span>
      </p>
    )
  }
  const fit = fitted(model, role)
  return (
    <div className="model-facts">
      <p className="soft">
        {parameters(entry.parameters)} parameters, {byteSize(entry.downloadBytes)} to fetch.{' '}
        <a href={entry.licence.url} target="_blank" rel="noreferrer">
          {entry.licence.name}
        </a>
      </p>
      {fit !== null && (
        <p className={`fit is-${fit.verdict}`}>
          <strong>{{ fits: 'Fits', tight: 'Tight', no: 'Does not fit' }[fit.verdict]}.</strong> {fit.because}
        </p>
      )}
    </div>
  )
}
