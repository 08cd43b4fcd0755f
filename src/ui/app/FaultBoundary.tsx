/** The last net: a fault of the page itself becomes a sentence and a way on, not a white screen. */
import { Component } from 'react'
import type { ReactNode } from 'react'
import type { ErrorValue } from '../../workers/protocol.ts'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { failureOf } from '../shared/failure.ts'

interface State {
  readonly fault: ErrorValue | null
}

export class FaultBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { fault: null }

  static getDerivedStateFromError(thrown: unknown): State {
    const { name, message, detail } = failureOf(thrown)
    const sentence = 'The page made a mistake. A reload goes on from the last finished step.'
    return { fault: { name, message: sentence, detail: `${message}\n\n${detail ?? ''}` } }
  }

  override render() {
    const { fault } = this.state
    if (fault === null) return this.props.children
    return (
      <main className="fault">
        <h1 className="visually-hidden">Leader Lab</h1>
        <ErrorNotice error={fault} action={{ label: 'Reload', act: () => location.reload() }} />
      </main>
    )
  }
}
