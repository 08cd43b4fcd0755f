/** What went wrong in one sentence, the one thing to do about it, and the technical detail for who wants it. */
import { useState } from 'react'
import type { ErrorValue } from '../../workers/protocol.ts'

export interface ErrorAction {
  readonly label: string
  readonly act: () => void
}

export function ErrorNotice({ error, action }: { readonly error: ErrorValue; readonly action: ErrorAction }) {
  const [copied, setCopied] = useState(false)
  const detail = [error.name, error.message, error.detail].filter((part) => part !== null).join('\n\n')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(detail)
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }
  return (
    <div className="notice" role="alert">
      <p>
        <strong>{error.message}</strong>
      </p>
      <div className="row">
        <button type="button" className="button main small" onClick={action.act}>
          {action.label}
        </button>
      </div>
      <details>
        <summary className="soft">Technical detail</summary>
        <pre tabIndex={0} aria-label="Technical detail">
          {detail}
        </pre>
        <button type="button" className="button small" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </details>
    </div>
  )
}
