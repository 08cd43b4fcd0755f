/** Makes a link of the present experiment: what to hide or lock, what is expected of it, and what a student will see. */
import { Dialog } from 'radix-ui'
import { useId, useState } from 'react'
import { useLab } from '../shared/labStore.ts'
import { useTrain } from '../train/trainStore.ts'
import { accessOf } from './controls.ts'
import type { Access, Control, ControlName } from './controls.ts'
import type { Experiment } from './experiment.ts'
import { useExperiment } from './experimentStore.ts'
import { presentExperiment } from './presentExperiment.ts'
import { longestNote } from './readLink.ts'
import { ShareAccess } from './ShareAccess.tsx'
import { ShareExpectations } from './ShareExpectations.tsx'
import { ShareNeeds } from './ShareNeeds.tsx'
import { ShareLink } from './ShareLink.tsx'
import { sharePlaces } from './sharePlaces.ts'

export function ShareDialog({ close }: { readonly close: () => void }) {
  const preset = useLab((state) => state.preset)
  const run = useTrain((state) => state.run)
  const draft = useTrain((state) => state.draft)
  const source = useTrain(
    ({ run: open, questions }) => (open === null ? questions : open.questions)?.source ?? null,
  )
  const opened = useExperiment((state) => state.experiment)
  const config = run?.config ?? draft.config
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog share-dialog">
          <Dialog.Title>Share this experiment</Dialog.Title>
          <Dialog.Description>
            {run === null
              ? 'The link carries the team and the settings as they are now.'
              : 'The link carries the team and the settings of the open run; whoever opens it starts the run anew.'}
          </Dialog.Description>
          {config === null ? (
            <p className="problem">A setting is refused. Correct the marked settings in Train first.</p>
          ) : (
            <ShareForm start={presentExperiment({ preset, config, source, opened })} />
          )}
          <Dialog.Close className="button">Close</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function ShareForm({ start }: { readonly start: Experiment }) {
  const [experiment, setExperiment] = useState(start)
  const [place, setPlace] = useState('train')
  const id = useId()
  const setAccess = ({ name }: Control, access: Access) =>
    setExperiment((held) => ({
      ...held,
      hidden: withName(held.hidden, name, access === 'hidden'),
      locked: withName(held.locked, name, access === 'locked'),
    }))
  return (
    <>
      <ShareNeeds experiment={experiment} />
      <div className="share-rows">
        <label>
          Opens at
          <select className="field" value={place} onChange={(event) => setPlace(event.target.value)}>
            {sharePlaces.map((each) => (
              <option key={each.place} value={each.place}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ShareAccess
        access={({ name }) => accessOf([name], { ...experiment, showAll: false })}
        setAccess={setAccess}
      />
      <ShareExpectations
        expectations={experiment.expectations}
        change={(expectations) => setExperiment((held) => ({ ...held, expectations }))}
      />
      <fieldset>
        <legend>
          <label htmlFor={id}>A word to the student</label>
        </legend>
        <textarea
          id={id}
          className="field"
          rows={2}
          maxLength={longestNote}
          value={experiment.note}
          onChange={(event) => setExperiment((held) => ({ ...held, note: event.target.value }))}
        />
      </fieldset>
      <ShareLink experiment={{ ...experiment, note: experiment.note.trim() }} place={place} />
    </>
  )
}

function withName(names: readonly ControlName[], name: ControlName, isIn: boolean): readonly ControlName[] {
  const others = names.filter((other) => other !== name)
  return isIn ? [...others, name] : others
}
