/** Opens the dialog that makes a link of the present experiment; the dialog comes when it is first wanted. */
import { lazy, Suspense, useState } from 'react'
import { partControls } from './controls.ts'
import { useAccess } from './experimentStore.ts'

const ShareDialog = lazy(async () => ({ default: (await import('./ShareDialog.tsx')).ShareDialog }))

export function ShareButton() {
  const access = useAccess(partControls.share)
  const [open, setOpen] = useState(false)
  if (access === 'hidden') return null
  return (
    <>
      <button type="button" className="chip" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Share
      </button>
      {open && (
        <Suspense>
          <ShareDialog close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
