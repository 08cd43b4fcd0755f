/** The search field above the settings, and what it found. `/` leads here, Escape shows everything again. */
import { useId } from 'react'
import type { RefObject } from 'react'
import type { Key } from '../../mlpo/config/config.ts'
import { nearestSetting } from './settingSearch.ts'

interface SettingSearchProps {
  readonly field: RefObject<HTMLInputElement | null>
  readonly query: string
  readonly search: (query: string) => void
  /** Those that match and may be seen; null without a query. */
  readonly found: readonly Key[] | null
}

export function SettingSearch({ field, query, search, found }: SettingSearchProps) {
  const id = useId()
  return (
    <search className="setting-search">
      <label htmlFor={id}>Search the settings</label>
      <input
        ref={field}
        id={id}
        type="search"
        className="field"
        autoComplete="off"
        spellCheck={false}
        placeholder="clip, β, learning_rate …"
        aria-keyshortcuts="/"
        value={query}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query === '') return
          event.preventDefault()
          search('')
        }}
      />
      <kbd aria-hidden="true">/</kbd>
      <p className="soft" role="status">
        {found !== null && <Found query={query.trim()} count={found.length} />}
      </p>
      {found?.length === 0 && <Nearest query={query} search={search} />}
    </search>
  )
}

function Found({ query, count }: { readonly query: string; readonly count: number }) {
  const what = `“${query.length > 40 ? `${query.slice(0, 40)}…` : query}”`
  if (count === 0) return `No setting matches ${what}.`
  return `${count} ${count === 1 ? 'setting matches' : 'settings match'} ${what}.`
}

function Nearest({ query, search }: Pick<SettingSearchProps, 'query' | 'search'>) {
  const near = nearestSetting(query)
  if (near === undefined) return null
  return (
    <p>
      The nearest name is{' '}
      <button type="button" className="link-button mono" onClick={() => search(near)}>
        {near}
      </button>
      .
    </p>
  )
}
