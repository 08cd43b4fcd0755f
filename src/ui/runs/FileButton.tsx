/** A button that asks for files. The same ones may be chosen again, once they are mended. */
import { useId, useRef, type ReactNode } from 'react'
import { useRuns } from './runsStore.ts'

interface FileButtonProps {
  readonly label: string
  /** As the attribute of that name. */
  readonly accept: string
  readonly multiple?: boolean
  /** At least one. */
  readonly onFiles: (files: readonly File[]) => void
  /** Describes what is asked for. */
  readonly children?: ReactNode
}

export function FileButton({ label, accept, multiple = false, onFiles, children }: FileButtonProps) {
  const working = useRuns((state) => state.working)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const take = (files: FileList | null) => {
    if (files !== null && files.length > 0) onFiles([...files])
    if (input.current !== null) input.current.value = ''
  }
  return (
    <div className="run-import">
      <input
        ref={input}
        id={id}
        type="file"
        multiple={multiple}
        accept={accept}
        className="visually-hidden"
        disabled={working}
        {...(children !== undefined && { 'aria-describedby': `${id}-what` })}
        onChange={({ target }) => take(target.files)}
      />
      <label htmlFor={id} className="button">
        {working ? 'Working…' : label}
      </label>
      {children !== undefined && (
        <span id={`${id}-what`} className="soft">
          {children}
        </span>
      )}
    </div>
  )
}
