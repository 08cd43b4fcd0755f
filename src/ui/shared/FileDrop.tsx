/** A place to drop files on, with a button that asks for them. */
import { useState } from 'react'
import { FileButton, type FileButtonProps } from './FileButton.tsx'

export function FileDrop(props: FileButtonProps) {
  const { disabled = false, onFiles } = props
  const [isOver, setOver] = useState(false)
  return (
    <div
      className={isOver ? 'drop-zone is-over' : 'drop-zone'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const files = [...event.dataTransfer.files]
        if (!disabled && files.length > 0) onFiles(files)
      }}
    >
      <FileButton small {...props} />
    </div>
  )
}
