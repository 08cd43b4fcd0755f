/** A button that asks for files. The same ones may be chosen again, once they are mended. */
import { useId, useRef, type ReactNode } from 'react'

export interface FileButtonProps {
  readonly label: string
  /** As the attribute of that name. */
  readonly accept: string
  readonly multiple?: boolean
  readonly disabled?: boolean
  readonly small?: boolean
  /** At least one. */
  readonly onFiles: (files: readonly File[]) => void
  /** Describes what is asked for. */
  readonly children?: ReactNode
}

export function FileButton({
  label,
  accept,
  multiple = false,
  disabled = false,
  small = false,
  onFiles,
  children,
}: FileButtonProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const take = (files: FileList | null) => {
    if (files !== null && files.length > 0) onFiles([...files])
    if (input.current !== null) input.current.value = ''
  }
  return (
    <div className="file-button">
      <input
        ref={input}
        id={id}
        type="file"
        multiple={multiple}
        accept={accept}
        className="visually-hidden"
        disabled={disabled}
        {...(children !== undefined && { 'aria-describedby': `${id}-what` })}
        onChange={({ target }) => take(target.files)}
      />
      <label htmlFor={id} className={small ? 'button small' : 'button'}>
        {label}
      </label>
      {children !== undefined && (
        <span id={`${id}-what`} className="soft">
          {children}
        </span>
      )}
    </div>
  )
}
