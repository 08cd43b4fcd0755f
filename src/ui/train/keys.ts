/** Keys of Train. They never take a key away from a field, a button or a list that has the focus and uses it. */
import { shownStep } from './shownStep.ts'
import type { TrainStore } from './trainStore.ts'

interface KeyOptions {
  readonly store: TrainStore
  /** The single-character keys can be switched off (WCAG 2.1.4). */
  readonly on: boolean
  readonly showList: () => void
  /** Whether single stages and steps may be asked for. */
  readonly stages: boolean
  /** The search field for settings, where it is on the page. */
  readonly search: HTMLElement | null
}

export function handleKey(event: KeyboardEvent, { on, ...options }: KeyOptions): void {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest('input, textarea, select, [role=dialog], [contenteditable]') != null) return
  const act = actionOf(event.key, options)
  if (act === null) return
  if (event.key === ' ' && target?.closest('button, a, summary') != null) return
  if (event.key.startsWith('Arrow') && target?.closest('[data-own-arrows]') != null) return
  event.preventDefault()
  act()
}

function actionOf(
  key: string,
  { store, showList, stages, search }: Omit<KeyOptions, 'on'>,
): (() => void) | null {
  const { run, control, selectGroup, selectRow, group, row } = store.getState()
  const ended = run?.mode === 'finished' || run?.mode === 'failed'
  switch (key) {
    case '?':
      return showList
    case '/':
      return search === null ? null : () => search.focus()
    case ' ':
      return ended ? null : () => control(run?.mode === 'running' ? 'pause' : 'run')
    case '.':
      return ended || !stages ? null : () => control('stage')
    case '>':
      return ended || !stages ? null : () => control('step')
    case 'ArrowLeft':
    case 'ArrowRight': {
      const groups = shownStep(store.getState())?.prompt?.prompts.length ?? 0
      if (groups === 0) return null
      return () => selectGroup((group + (key === 'ArrowRight' ? 1 : groups - 1)) % groups)
    }
    case 'ArrowUp':
    case 'ArrowDown': {
      const rows = shownStep(store.getState())?.sample?.groups[group]?.length ?? 0
      if (rows === 0) return null
      return () => selectRow((row + (key === 'ArrowDown' ? 1 : rows - 1)) % rows)
    }
    default:
      return null
  }
}
