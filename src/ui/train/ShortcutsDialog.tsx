/** The list of keys, and the switch that turns the single-character ones off. */
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { shortcuts } from './text.ts'

const storageKey = 'leader-lab.keys'

interface Shortcuts {
  readonly on: boolean
  readonly setOn: (on: boolean) => void
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
}

export function useShortcuts(): Shortcuts {
  const [on, setHeld] = useState(() => localStorageValue() !== 'off')
  const [open, setOpen] = useState(false)
  const setOn = (value: boolean) => {
    setHeld(value)
    try {
      localStorage.setItem(storageKey, value ? 'on' : 'off')
    } catch {
      // Holds until the page is left.
    }
  }
  return { on, setOn, open, setOpen }
}

export function ShortcutsDialog({ on, setOn, open, setOpen }: Shortcuts) {
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>Keys</Dialog.Title>
          <dl className="shortcut-list">
            {shortcuts.map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <label className="row">
            <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
            Use these keys
          </label>
          <p>
            <Dialog.Close asChild>
              <a href="#/glossary">What the words on this page mean</a>
            </Dialog.Close>
          </p>
          <Dialog.Close className="button">Close</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function localStorageValue(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}
