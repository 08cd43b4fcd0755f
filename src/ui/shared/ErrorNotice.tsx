/** What went wrong in one sentence, the one thing to do about it, and a report of it for whoever is asked for help. */
import { useContext, useRef, useState } from 'react'
import type { ErrorValue } from '../../workers/protocol.ts'
import { ReportContext, reportText } from './report.ts'

export interface ErrorAction {
  readonly label: string
  readonly act: () => void
}

export function ErrorNotice({ error, action }: { readonly error: ErrorValue; readonly action: ErrorAction }) {
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
      <Report key={`${error.name} ${error.message} ${error.detail}`} error={error} />
    </div>
  )
}

/** Shown in full before it is copied; of the moment in which the notice appeared. */
function Report({ error }: { readonly error: ErrorValue }) {
  const facts = useContext(ReportContext)
  const [text] = useState(() =>
    facts === null ? `${error.name}: ${error.message}\n\n${error.detail ?? ''}` : reportText(error, facts()),
  )
  const [copied, setCopied] = useState<'not yet' | 'copied' | 'refused'>('not yet')
  const shown = useRef<HTMLPreElement>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied('copied')
    } catch {
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current)
      setCopied('refused')
    }
  }
  return (
    <details>
      <summary className="soft">Technical detail and report</summary>
      <p className="soft">
        For whoever helps you. It has what failed, the device, the browser and the settings, with the texts in
        them; no questions, answers or notes.
      </p>
      <pre ref={shown} tabIndex={0} aria-label="Report">
        {text}
      </pre>
      <div className="row">
        <button type="button" className="button small" onClick={() => void copy()}>
          Copy report
        </button>
        <span role="status" className="soft">
          {copied === 'copied' && 'Copied.'}
          {copied === 'refused' &&
            'The browser does not let the page copy. The report is selected: copy it by keyboard or menu.'}
        </span>
      </div>
    </details>
  )
}
